"""The tables of `state.db`: those of the project's founding documents, and what searching needs."""

VERSION = 2
"""Raised whenever the tables, or what they are filled with, change: another version is built anew."""

TABLES = """
CREATE TABLE podcasts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    episodes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE episodes (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    podcast_id TEXT NOT NULL REFERENCES podcasts(id),
    podcast TEXT,
    folder TEXT NOT NULL,
    title TEXT NOT NULL,
    published_date TEXT,
    duration REAL,
    language TEXT,
    audio_url TEXT,
    link TEXT,
    guid TEXT,
    youtube_video_id TEXT,
    stage TEXT NOT NULL,
    processing_status TEXT NOT NULL,
    last_attempt TEXT,
    processing_attempts INTEGER NOT NULL,
    quality REAL,
    files TEXT NOT NULL
);
CREATE INDEX episodes_of_podcast ON episodes(podcast_id);

CREATE TABLE episode_states (
    episode_id TEXT PRIMARY KEY,
    archive_identifier TEXT,
    date TEXT,
    title TEXT,
    stage TEXT,
    status_message TEXT,
    last_updated TEXT,
    source_url TEXT,
    audio_file TEXT,
    video_file TEXT,
    transcript_file TEXT,
    download_attempts INTEGER NOT NULL DEFAULT 0,
    conversion_attempts INTEGER NOT NULL DEFAULT 0,
    upload_attempts INTEGER NOT NULL DEFAULT 0,
    youtube_video_id TEXT,
    scheduled_date TEXT,
    published_date TEXT,
    playlist_ids TEXT NOT NULL DEFAULT '[]',
    audio_duration REAL,
    audio_size INTEGER,
    video_size INTEGER,
    processing_time REAL,
    error_count INTEGER DEFAULT 0,
    error_history TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX states_by_stage ON episode_states(stage);

CREATE TABLE episode_tracks (
    episode_id TEXT NOT NULL,
    track TEXT NOT NULL,
    stage TEXT NOT NULL,
    during TEXT,
    reached TEXT,
    PRIMARY KEY (episode_id, track)
) WITHOUT ROWID;
CREATE INDEX tracks_by_stage ON episode_tracks(stage);

CREATE TABLE module_execution_log (
    id INTEGER PRIMARY KEY,
    episode_id TEXT,
    module_name TEXT,
    state TEXT,
    start_time TIMESTAMP,
    end_time TIMESTAMP,
    status TEXT,
    result_data TEXT,
    error_message TEXT,
    run TEXT,
    attempt INTEGER,
    seconds REAL,
    why TEXT
);
CREATE INDEX modules_of_episode ON module_execution_log(episode_id);

CREATE TABLE processing_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    episode_id TEXT,
    timestamp TEXT,
    stage TEXT,
    event TEXT,
    details TEXT,
    FOREIGN KEY (episode_id) REFERENCES episode_states(episode_id)
);
CREATE INDEX log_of_episode ON processing_log(episode_id);

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    episode_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    ended REAL NOT NULL,
    seconds REAL NOT NULL,
    run TEXT NOT NULL,
    kind TEXT,
    error TEXT
);
CREATE INDEX attempts_of_episode ON attempts(episode_id);

CREATE TABLE jobs (
    episode_id TEXT NOT NULL,
    run TEXT NOT NULL,
    logged_at TEXT NOT NULL,
    success INTEGER NOT NULL,
    stage TEXT NOT NULL,
    worker_id INTEGER NOT NULL,
    processing_duration REAL NOT NULL,
    job TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (episode_id, run)
) WITHOUT ROWID;
CREATE INDEX jobs_by_time ON jobs(logged_at, episode_id);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    start REAL,
    speaker TEXT,
    starts TEXT,
    text TEXT NOT NULL
);
CREATE VIRTUAL TABLE passages_fts USING fts5(
    text, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

CREATE TABLE sources (
    episode_id TEXT PRIMARY KEY,
    stamp TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
    name TEXT PRIMARY KEY,
    stamp TEXT NOT NULL
) WITHOUT ROWID;

CREATE VIEW episode_progress AS
SELECT
    e.title,
    p.name AS podcast_name,
    e.processing_status AS current_state,
    COUNT(m.module_name) AS modules_run,
    SUM(CASE WHEN m.state = 'completed' THEN 1 ELSE 0 END) AS modules_success
FROM episodes e
JOIN podcasts p ON e.podcast_id = p.id
LEFT JOIN module_execution_log m ON e.id = m.episode_id
WHERE e.processing_status != 'completed'
GROUP BY e.id
ORDER BY e.published_date DESC;

CREATE VIEW module_performance AS
SELECT
    module_name,
    COUNT(*) AS total_runs,
    SUM(CASE WHEN state = 'completed' THEN 1 ELSE 0 END) AS successful,
    SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed,
    AVG(strftime('%s', end_time) - strftime('%s', start_time)) AS avg_duration
FROM module_execution_log
GROUP BY module_name;
"""

OF_EPISODE = (
    "episode_states",
    "episode_tracks",
    "module_execution_log",
    "processing_log",
    "attempts",
    "jobs",
    "sources",
)
"""The tables whose rows belong to the episode that their `episode_id` names."""

PASSAGES_BITS = 20
"""A passage's id is the number of its episode, followed by so many bits that count its passages."""
NOTES = 1 << (PASSAGES_BITS - 1)
"""The bit that the passages of notes have in their ids, and those of transcripts have not."""
