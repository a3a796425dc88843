"""Reports: pages, summary and table of a library, out of its files."""

import csv
import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.cli import report as cli_report
from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.reports.causes import advice_on, cause_of, causes
from episcribe.ledger.reports.charts import (
    Column,
    Ratio,
    Row,
    Spread,
    bars,
    columns,
    count_ticks,
    ratios,
    spreads,
)
from episcribe.ledger.reports.loading import facts_of_files, load_facts, load_remaining
from episcribe.ledger.reports.model import EpisodeFacts, Facts
from episcribe.ledger.reports.outlook import outlook_on
from episcribe.ledger.reports.predictions import remaining_jobs
from episcribe.ledger.reports.tables import episodes_csv
from episcribe.ledger.reports.wording import clock, counted, span, week_name
from episcribe.ledger.reports.writing import write_reports
from episcribe.ledger.standings import read_standings, write_standings
from episcribe.ledger.views.updating import update_views
from episcribe.library.config import Configuration
from episcribe.library.config_files import build_configuration
from episcribe.stages.report import foretell_run, report_now, report_on_run
from tests.made_library import MadeLibrary, module, run_stage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
MEAN = "<script>alert(1)</script><img src=x onerror=alert(2)> \"x\" 'y' {{ 7*7 }} javascript:alert(3)"
PERMANENT = {"kind": "permanent", "error": f"no transcript can be used: youtube: {MEAN}", "traceback": "T"}
BLOCKED = {"kind": "blocked", "error": "www.youtube.com: asks for a proof that a person is there"}
# Fields of an episode's state in the first document, and what that asks of a table beside them.
FIELDS = (
    "episode_id archive_identifier date title stage status_message last_updated source_url audio_file "
    "video_file transcript_file download_attempts conversion_attempts upload_attempts youtube_video_id "
    "scheduled_date published_date playlist_ids audio_duration audio_size video_size processing_time "
    "error_count completion_percentage estimated_completion"
).split()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    made = MadeLibrary(tmp_path / "library")
    for number in range(4):
        made.finished(f"done000{number}", day=f"2024-05-0{number + 1}")
    made.finished("mean0000", title=MEAN, day="2024-06-01")
    folder = made.add("failed00", show="nachtzug", title="=cmd|'/c calc'!A1", day="2024-05-05")
    asked = [module("rss", "completed", 5, 1, outcome="none"), module("youtube", "failed", 5, 2)]
    run_stage(folder, "transcript", 5, failure=PERMANENT, modules=asked)
    folder = made.add("blocked0", show="nachtzug", day="2024-05-06")
    run_stage(folder, "transcript", 6, failure=BLOCKED)
    made.add("waiting0", show="nachtzug", day="2024-05-07")
    return made.path


def configured(**reporting: Any) -> Configuration:
    data = {"timezone": "Europe/Berlin", "state_management": {"reporting": reporting}}
    return build_configuration(data, name="test", base=Path())


def written(library: Path, **reporting: Any) -> dict[str, str]:
    paths = report_now(library, configured(**reporting), NOW)
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def test_a_run_leaves_a_page_of_the_day_and_of_the_week_and_the_figures(library: Path) -> None:
    assert list(written(library)) == [
        "summary.json",
        "episodes.csv",
        "metrics.prom",
        "daily_report_2026-03-01.html",
        "weekly_report_2026-W09.html",
    ]


def test_only_what_is_configured_is_written(library: Path) -> None:
    assert list(written(library, report_format="json")) == ["summary.json"]
    pages = written(library, report_format="html", generate_weekly=False)
    assert list(pages) == ["daily_report_2026-03-01.html"]


def test_nothing_is_written_again_that_has_not_changed(library: Path) -> None:
    written(library)
    before = {path: path.stat().st_mtime_ns for path in (library / "reports").iterdir()}
    written(library)
    assert {path: path.stat().st_mtime_ns for path in (library / "reports").iterdir()} == before


def test_the_day_is_that_of_the_configured_zone(library: Path) -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC).timestamp()
    names = [path.name for path in report_now(library, configured(), late)]
    assert "daily_report_2026-03-01.html" in names


def test_the_summary_has_every_field_of_the_first_document(library: Path) -> None:
    summary = json.loads(written(library)["summary.json"])
    assert summary["total_episodes"] == 8
    assert summary["completion_percentage"] == 62.5
    assert set("discovered downloaded converted uploaded scheduled published failed skipped".split()) <= set(
        summary["progress"]
    )
    assert sum(summary["progress"].values()) == 8
    assert summary["progress"]["failed"] == 2
    assert summary["timestamp"] == "2026-03-01T10:06:02.000Z"
    assert summary["estimated_completion"] > "2026-03-01T12"
    assert {cause["kind"] for cause in summary["failures"]} == {"permanent", "blocked"}
    assert summary["modules"]["rss"]["partial"] == 1


def test_the_table_has_a_line_for_each_episode_and_runs_nothing(library: Path) -> None:
    rows = list(csv.DictReader(written(library)["episodes.csv"].splitlines()))
    assert set(FIELDS) <= set(rows[0])
    by_id = {row["episode_id"]: row for row in rows}
    assert len(by_id) == 8
    assert by_id["failed00"]["title"].startswith("'=cmd")
    assert by_id["done0000"]["completion_percentage"] == "100"
    assert by_id["done0000"]["estimated_completion"] == ""
    assert by_id["waiting0"]["completion_percentage"] == "0"
    assert by_id["waiting0"]["estimated_completion"].startswith("2026-03-01T12")


@given(st.text(max_size=20))
@settings(max_examples=60)
def test_no_cell_begins_like_a_formula(title: str) -> None:
    facts = Facts("l", [EpisodeFacts("show", "folder", {"title": title, "status_message": title})])
    (row,) = csv.DictReader(episodes_csv(outlook_on(Path("nowhere"), facts), NOW).splitlines())
    assert not row["title"].startswith(("=", "+", "-", "@", "\t", "\r"))


class _Page(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_is_one_file_without_scripts_that_asks_for_nothing(library: Path) -> None:
    page = _Page(written(library)["daily_report_2026-03-01.html"])
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "iframe", "object", "form", "base"})
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert "src" not in attributes
        if tag == "link":
            assert attributes["href"] == "data:,"
        elif "href" in attributes:
            assert re.match(r"\.\./|summary\.json|episodes\.csv", str(attributes["href"]))


def test_what_comes_from_outside_is_text(library: Path) -> None:
    page = _Page(written(library)["daily_report_2026-03-01.html"])
    assert MEAN in page.words
    assert f"no transcript can be used: youtube: {MEAN}" in page.words


def test_the_links_of_a_page_lead_to_files_that_are_there(library: Path) -> None:
    from urllib.parse import unquote

    page = _Page(written(library)["weekly_report_2026-W09.html"])
    links = [str(a["href"]) for tag, a in page.tags if tag == "a" and str(a["href"]).startswith("../")]
    assert len(links) == 5 * 6
    assert all((library / "reports" / unquote(link)).is_file() for link in links)


def test_every_chart_is_sound_xml_with_a_name(library: Path) -> None:
    text = written(library)["daily_report_2026-03-01.html"]
    charts = re.findall(r"<svg .*?</svg>", text, re.DOTALL)
    assert len(charts) >= 7
    for chart in charts:
        root = ElementTree.fromstring(chart)
        assert root.get("role") == "img"
        assert root.get("aria-label") == root.findtext("title")


def test_failures_are_grouped_and_say_what_to_do(library: Path) -> None:
    words = " ".join(_Page(written(library)["daily_report_2026-03-01.html"]).words)
    assert "The source asks to be left in peace" in words
    assert "episcribe retry nachtzug/2024-05-05-episode-failed00 --stage transcript" in words


def test_a_source_that_could_not_be_read_is_a_failure_and_its_address_a_secret(library: Path) -> None:
    record = {
        "source": "https://feeds.example.org/x?key=TOPSECRET",
        "error": {"kind": "transient", "message": "feeds.example.org: timed out"},
    }
    content = {"version": 1, "shows": {"nachtzug": record, "tidewater": {"error": None}}}
    (library / "discovery.json").write_text(json.dumps(content))
    files = written(library)
    words = " ".join(_Page(files["daily_report_2026-03-01.html"]).words)
    assert "Nachtzug source not read transient feeds.example.org: timed out" in " ".join(words.split())
    assert [source["name"] for source in json.loads(files["summary.json"])["unread_sources"]] == ["nachtzug"]
    assert "TOPSECRET" not in "".join(files.values())


def test_what_rests_says_until_when(library: Path) -> None:
    from episcribe.ledger.standings import Line

    name = "nachtzug/2024-05-06-episode-blocked0"
    line = Line(
        name, "transcript", "resting", "2026-03-01T13:30:00.000Z", 0, "blocked", "asked for time", "", ""
    )
    write_standings(library, {name: [line]})
    words = " ".join(_Page(written(library)["daily_report_2026-03-01.html"]).words)
    assert "until 1 Mar 2026, 14:30" in words
    assert "asked for time" in words
    later = load_facts(library, NOW + 86400)
    assert not any(episode.standing for episode in later.episodes)


def test_an_empty_library_has_a_page_too(tmp_path: Path) -> None:
    page = _Page(written(MadeLibrary(tmp_path / "empty").path)["daily_report_2026-03-01.html"])
    assert "Nothing has happened in this library yet." in " ".join(page.words)


def test_without_a_history_the_time_that_is_left_is_unknown(tmp_path: Path) -> None:
    made = MadeLibrary(tmp_path / "new")
    made.add("waiting0")
    files = written(made.path)
    assert "unknown before a few have been done" in files["daily_report_2026-03-01.html"]
    assert json.loads(files["summary.json"])["estimated_completion"] is None


def test_the_data_base_and_the_files_tell_the_same(library: Path) -> None:
    append_event(
        events_path(library / "nachtzug" / "2024-05-07-episode-waiting0", "transcript"),
        {"time": "2026-03-01T11:00:00.000Z", "event": "started", "stage": "transcript", "run": "r2"},
    )
    update_views(library)
    fast = load_facts(library, NOW)
    slow = facts_of_files(library, read_standings(library), {})
    assert fast.titles == slow.titles == {"tidewater": "Tidewater", "nachtzug": "Nachtzug"}
    for one, other in zip(fast.episodes, slow.episodes, strict=True):
        for name in "name title length quality stages tracks status attempts modules completion".split():
            assert getattr(one, name) == getattr(other, name), name
    assert [episode.status for episode in fast.episodes][-3:] == ["failed", "failed", "running"]
    tables = [episodes_csv(outlook_on(library, facts), NOW) for facts in (fast, slow)]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("damage", ["missing", "damaged", "old"])
def test_without_a_data_base_that_can_be_used_the_files_are_read(library: Path, damage: str) -> None:
    if damage == "damaged":
        (library / "state.db").write_bytes(b"no data base" * 500)
    elif damage == "old":
        import sqlite3

        sqlite3.connect(library / "state.db").close()
    assert len(load_facts(library, NOW).episodes) == 8


def test_what_is_not_asked_for_counts_when_it_is_complete_and_what_has_no_way_waits_for_nothing(
    library: Path,
) -> None:
    done = {f"tidewater/2024-05-0{number + 1}-episode-done000{number}": True for number in range(3)}
    statuses = Counter(episode.status for episode in load_facts(library, NOW, asked=done).episodes)
    assert statuses == {"complete": 5}
    mute = {"nachtzug/2024-05-07-episode-waiting0": False}
    facts = load_facts(library, NOW, asked={**done, **mute})
    assert [e.status for e in facts.episodes if e.name in mute] == ["nothing"]
    assert not list(remaining_jobs(facts))
    data = {"library": str(library), "shows": [{"id": "tidewater", "subject": "x", "files": "*.vtt"}]}
    configuration = build_configuration(data, name="test", base=Path())
    report_now(library, configuration, NOW)
    assert json.loads((library / "reports" / "summary.json").read_text())["total_episodes"] == 5


@pytest.mark.parametrize("has_database", [True, False])
@pytest.mark.parametrize("asks", ["all", "some"])
def test_a_forecast_is_the_same_from_what_is_unfinished_as_from_everything(
    library: Path, asks: str, has_database: bool
) -> None:
    if has_database:
        update_views(library)
    everything = load_facts(library, NOW)
    names = [episode.name for episode in everything.episodes]
    asked = None if asks == "all" else {name: number != 5 for number, name in enumerate(names) if number != 6}
    whole, few = load_facts(library, NOW, asked=asked), load_remaining(library, NOW, asked)
    assert [(e.name, stage) for e, stage in remaining_jobs(few)] == [
        (e.name, stage) for e, stage in remaining_jobs(whole)
    ]
    assert few.attempts() == whole.attempts()
    assert len(whole.attempts()) == len(everything.attempts()) - (asks == "some")
    assert outlook_on(library, few).told == outlook_on(library, whole).told
    assert few.history.lengths.items() >= {e.name: e.length for e in whole.episodes}.items()
    assert len(few.episodes) < len(whole.episodes) or not has_database


def test_a_run_that_was_foretold_is_judged_in_the_next_report(library: Path) -> None:
    update_views(library)
    foretell_run(library, configured(), "r2", NOW)
    folder = library / "nachtzug" / "2024-05-07-episode-waiting0"
    for minute, stage in enumerate(("transcript", "notes", "assessment")):
        run_stage(folder, stage, 30 + minute, run="r2")
    files = written(library)
    (verdict,) = json.loads(files["summary.json"])["predictions"]
    assert (verdict["run"], verdict["jobs"]) == ("r2", 3)
    assert "How right the predictions were" in files["daily_report_2026-03-01.html"]


def test_the_end_of_a_run_never_fails(library: Path) -> None:
    data = {
        "state_management": {
            "monitoring": {"webhook_url": "http://127.0.0.1:9/x", "stream": "tcp:127.0.0.1:9"}
        }
    }
    configuration = build_configuration(data, name="test", base=Path())
    (library / "reports").write_text("a file where the folder should be")
    lines = report_on_run(library, configuration, "r1", NOW)
    assert [line.split(":")[0] for line in lines] == ["No reports", "Not told", "Events not streamed to tcp"]


def test_the_command_says_where_the_reports_are(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    cli_report.add_parser(parser.add_subparsers())
    options = parser.parse_args(["report", "--library", str(library)])
    assert options.run(options) == 0
    shown = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert len(shown) == 5
    assert all(path.is_file() for path in shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cdn7.example.org: timed out after 31 s", "media.example.net:8443: timed out after 30.5 s"),
        ("https://a.example/x?y=1: gone", "http://b.example/z: gone"),
        ("no such key 'a'", "no such key 'b'"),
        ("/srv/a/b.mp3: broken", "/srv/c/d/e.mp3: broken"),
        ("again at 2026-01-01T10:00:00Z", "again at 2027-02-03T04:05:06Z"),
    ],
)
def test_errors_of_one_cause_are_alike(one: str, other: str) -> None:
    assert cause_of(one) == cause_of(other)


def test_statuses_tell_causes_apart() -> None:
    assert cause_of("a.example: status 404") != cause_of("a.example: status 503")


def test_a_fault_of_the_program_is_not_taken_for_the_sources() -> None:
    assert "report it" in advice_on("unexpected KeyError: 'not found'", "permanent")
    assert advice_on("whatever", "blocked").startswith("The source asks")
    private = "nas.home: leads to a private address (10.0.0.7); set allow_private: true"
    assert "allow_private" in advice_on(private, "permanent")


def test_causes_of_most_episodes_come_first(library: Path) -> None:
    found = causes(load_facts(library, NOW))
    assert [len(cause.episodes) for cause in found] == [1, 1]
    assert [cause.command is None for cause in found] == [True, False]


@given(st.integers(0, 10**7))
@settings(max_examples=80)
def test_the_marks_of_an_axis_are_round_and_reach_the_top(most: int) -> None:
    ticks = count_ticks(most)
    assert ticks[0] == 0 and ticks[-1] >= most
    assert 2 <= len(ticks) <= 7
    assert str(ticks[1]).rstrip("0") in {"1", "2", "5"}


WORDS = st.text(max_size=12).filter(lambda t: all(c.isprintable() for c in t))


@given(WORDS, st.lists(st.floats(0, 1e6), min_size=1, max_size=6), st.floats(1e-3, 1e3))
@settings(max_examples=50)
def test_any_data_makes_sound_charts(word: str, values: list[float], ratio: float) -> None:
    p10, p25, p50, p75, p90 = (sorted(values) * 5)[:5]
    charts = [
        columns(word, [Column(word, [("a", value)], word) for value in values], unit=word),
        bars(word, [Row(word, word, [("a", value, word) for value in values])]),
        spreads(word, [Spread(word, word, (p10, p25, p50, p75, p90))]),
        ratios(word, [Ratio(word, word, ratio, good=True)]),
    ]
    for chart in charts:
        root = ElementTree.fromstring(chart)
        assert not re.search(r'"-?(?:nan|inf)', chart)
        assert all(float(node.get("width", "0")) >= 0 for node in root.iter("rect"))


def test_spans_and_days_read_well() -> None:
    told = [span(s) for s in (None, 0.05, 0.3, 45, 90, 3600, 12_000, 90_000, 200_000, 172_800)]
    assert told == [
        "unknown",
        "50 ms",
        "0.3 s",
        "45 s",
        "2 min",
        "1 h",
        "3 h 20 min",
        "25 h",
        "2 days 8 h",
        "2 days",
    ]
    assert week_name(date(2026, 3, 1)) == "Week 9 of 2026, 23 February to 1 March"
    assert clock("2026-03-01T10:00:00Z", UTC) == "1 Mar 2026, 10:00"
    assert clock("soon", UTC) == "soon"
    assert (counted(1, "episode"), counted(1000, "episode")) == ("1 episode", "1,000 episodes")


CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
WIDTHS = """<script>
document.addEventListener("DOMContentLoaded", () => {
  const over = [...document.querySelectorAll("body *")].filter(
    (node) => !node.closest("svg") && node.getBoundingClientRect().right > innerWidth + 1);
  document.title = `width ${document.documentElement.scrollWidth} of ${innerWidth}, over ${over.length}`;
});
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_page_is_no_wider_than_a_phone(library: Path, tmp_path: Path) -> None:
    page = written(library)["daily_report_2026-03-01.html"]
    # A window is never narrower than 500 pixels; a frame in it is.
    probe = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</head>", f"{WIDTHS}</head>")
    (tmp_path / "page.html").write_text(probe, encoding="utf-8")
    frame = (
        '<iframe src="page.html" style="width:320px;height:800px;border:0" onload="'
        'document.body.append(this.contentDocument.title)"></iframe>'
    )
    (tmp_path / "frame.html").write_text(frame)
    result = subprocess.run(
        [
            *(
                str(CHROMIUM),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--allow-file-access-from-files",
                "--hide-scrollbars",
                "--enable-logging=stderr",
            ),
            *(f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom"),
            (tmp_path / "frame.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "width 320 of 320, over 0" in result.stdout
    assert "CONSOLE" not in result.stderr


def test_the_same_facts_make_the_same_bytes(library: Path) -> None:
    facts = load_facts(library, NOW)
    first = {p.name: p.read_bytes() for p in write_reports(library, configured(), facts, NOW)}
    for path in (library / "reports").iterdir():
        path.unlink()
    again = {
        p.name: p.read_bytes() for p in write_reports(library, configured(), load_facts(library, NOW), NOW)
    }
    assert first == again
