"""Finding words in transcripts and notes: ranked passages, and of each the sentence that has most of them."""

import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from episcribe.ledger.views.database import DATABASE, Say, failure, is_current, is_damage, read_only
from episcribe.ledger.views.documents import LIBRARY
from episcribe.ledger.views.folding import tokens
from episcribe.ledger.views.queries import Term, match_expression, parse_query
from episcribe.ledger.views.schema import NOTES, PASSAGES_BITS
from episcribe.ledger.views.stamps import library_stamp
from episcribe.ledger.views.updating import update_views
from episcribe.library.errors import EpiscribeError

Kind = Literal["transcript", "notes"]

# Where more passages have the words, ranking all of them takes too long.
_RANKED = 20_000
_READ_AT_ONCE = 64
_CLOCK = re.compile(r"(?:about )?(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)\b")

_RANK = """
    SELECT rowid, bm25(passages_fts) FROM passages_fts
    WHERE passages_fts MATCH :words {where} ORDER BY rank LIMIT :limit
"""
_NEWEST = """
    SELECT rowid, 0.0 FROM passages_fts
    WHERE passages_fts MATCH :words {where} ORDER BY rowid DESC LIMIT :limit
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM passages_fts WHERE passages_fts MATCH :words LIMIT :ranked)"
_PASSAGE = """
    SELECT e.id, e.podcast_id, e.folder, e.title, e.published_date, e.audio_url, e.youtube_video_id, e.link,
        p.kind, p.start, p.speaker, p.starts, p.text
    FROM passages p JOIN episodes e ON e.number = p.id >> ? WHERE p.id = ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found: its episode, where it is said (seconds, None without times), by whom.

    `marks` are the places of the words in `sentence`; a higher `score` is better.
    """

    episode_id: str
    show: str
    folder: str
    title: str
    date: str | None
    audio_url: str | None
    youtube_video_id: str | None
    link: str | None
    kind: Kind
    start: float | None
    speaker: str | None
    sentence: str
    marks: tuple[tuple[int, int], ...]
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search yields: the best hits; whether there are so many that they are not ranked, but the
    latest are told.
    """

    hits: list[Hit]
    is_ranked: bool = True


def search(
    library: Path,
    text: str,
    *,
    show: str | None = None,
    within: Kind | None = None,
    limit: int = 20,
    say: Say = lambda line: None,
) -> Found:
    """The passages that have all words of `text` ("phrases" and beginnings* too), best first by BM25.

    Views that are missing, damaged or older than the files are brought up to date first where few episodes
    changed; `say` is given a line otherwise. Raises EpiscribeError where `text` has no word or nothing can be
    read.
    """
    terms = parse_query(text)
    path = library / DATABASE
    _refresh(library, say)
    for is_last in (False, True):
        try:
            with closing(read_only(path)) as connection:
                return _find(connection, terms, show, within, limit)
        except sqlite3.Error as error:
            if is_last or not is_damage(error):
                raise failure(path, error) from error
            say(f"{path}: cannot be read ({error}); it is built anew")
            update_views(library, say=say, rebuild=True)
    raise AssertionError("one of the two ends it")


def _refresh(library: Path, say: Say) -> None:
    """Bring the views up to date when the library was worked on since, and few episodes changed."""
    path = library / DATABASE
    try:
        with closing(read_only(path)) as connection:
            told = connection.execute("SELECT stamp FROM documents WHERE name = ?", (LIBRARY,)).fetchone()
            if is_current(connection) and told == (library_stamp(str(library)),):
                return
            at_most = _READ_AT_ONCE if is_current(connection) else None
    except sqlite3.Error:
        update_views(library, say=say)
        return
    try:
        behind = update_views(library, say=say, at_most=at_most, wait=False).behind
    except (EpiscribeError, OSError) as error:
        say(f"{path}: may be older than the files, and cannot be brought up to date: {error}")
        return
    if behind:
        say(f"{path}: older than the files of {behind} episodes; episcribe sync brings it up to date")


def _find(
    connection: sqlite3.Connection, terms: Sequence[Term], show: str | None, within: Kind | None, limit: int
) -> Found:
    values: dict[str, str | int | None] = {"words": match_expression(terms), "limit": limit, "show": show}
    where = ""
    if within is not None:
        where += f" AND rowid & {NOTES} {'=' if within == 'transcript' else '!='} 0"
    if show is not None:
        where += f" AND rowid >> {PASSAGES_BITS} IN (SELECT number FROM episodes WHERE podcast_id = :show)"
    [count] = connection.execute(_COUNT, {**values, "ranked": _RANKED + 1}).fetchone()
    is_ranked = count <= _RANKED
    statement = (_RANK if is_ranked else _NEWEST).format(where=where)
    rows = connection.execute(statement, values).fetchall()
    hits = [_hit(connection, rowid, -score, terms) for rowid, score in rows]
    return Found([hit for hit in hits if hit is not None], is_ranked)


def _hit(connection: sqlite3.Connection, rowid: int, score: float, terms: Sequence[Term]) -> Hit | None:
    row = connection.execute(_PASSAGE, (PASSAGES_BITS, rowid)).fetchone()
    if row is None:
        return None
    kind, start, speaker, starts, text = row[8:]
    number, sentence, marks = best_sentence(text, terms)
    if starts is not None:
        start = json.loads(starts)[number]
    if kind == "notes" and (clock := _CLOCK.search(sentence)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        start = float(hours * 3600 + minutes * 60 + seconds)
    names = ("episode_id", "show", "folder", "title", "date", "audio_url", "youtube_video_id", "link")
    return Hit(
        **dict(zip(names, row[:8], strict=True)),
        kind=kind,
        start=start,
        speaker=speaker,
        sentence=sentence,
        marks=marks,
        score=round(score, 9),
    )


def best_sentence(text: str, terms: Sequence[Term]) -> tuple[int, str, tuple[tuple[int, int], ...]]:
    """Of a passage, the number of the line that has most of the terms, the line, and where they are in it."""
    found = tokens(text)
    places = [
        (number, found[first].start, found[last].end)
        for number, term in enumerate(terms)
        for first, last in term.spans(found)
    ]
    best: tuple[int, int, str, tuple[tuple[int, int], ...]] | None = None
    begin = 0
    for index, line in enumerate(text.split("\n")):
        end = begin + len(line)
        own = [place for place in places if place[1] < end and place[2] > begin]
        count = len({number for number, *_ in own})
        if best is None or count > best[0]:
            spans = sorted({(max(a, begin) - begin, min(b, end) - begin) for _, a, b in own})
            best = (count, index, line, tuple(spans))
        begin = end + 1
    assert best is not None, "a text has a line"
    return best[1:]
