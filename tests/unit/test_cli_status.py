"""`episcribe status` and `episcribe failed`."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from episcribe.cli.main import main
from episcribe.cli.tables import cut, table, text_width
from episcribe.ledger.attempts import RetryRules
from episcribe.ledger.events import append_event, events_path, moment_text
from episcribe.ledger.processes import this_process
from episcribe.ledger.settling import settle
from episcribe.ledger.standings import write_standings
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import write_discovery
from episcribe.net.breaker import Breaker
from episcribe.net.places import OwnPlaces
from episcribe.stages.locks import holding_library
from episcribe.stages.network import state_of
from tests.unit.small_library import add_episode, fail_stage

DONE, BEGUN, RESTING, GONE = (f"2024-05-0{n}-{c}-{c * 8}" for n, c in enumerate("abcd", 1))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A finished episode, one that is begun, one that rests, and one that was given up."""
    add_episode(tmp_path, "talks", DONE)
    add_episode(tmp_path, "talks", BEGUN, stages=("transcript",))
    add_episode(tmp_path, "talks", RESTING, stages=())
    add_episode(tmp_path, "walks", GONE, stages=())
    now = time.time()
    fail_stage(
        tmp_path / "talks" / RESTING, "transcript", "blocked", "wants rest: status 429", time=moment_text(now)
    )
    fail_stage(
        tmp_path / "walks" / GONE,
        "transcript",
        "permanent",
        "https://a.example/1: status 404",
        time=moment_text(now),
    )
    settle_all(tmp_path)
    return tmp_path


def settle_all(library: Path) -> None:
    settled = {}
    for show, folder in (("talks", RESTING), ("walks", GONE)):
        about = {"show": show, "title": f"On {folder}"}
        done = settle(library / show / folder, about, RetryRules(), time.time(), options={})
        settled[f"{show}/{folder}"] = done.lines
    write_standings(library, settled)


def ask(library: Path, *arguments: str) -> int:
    command, *more = arguments
    return main([command, *more, "--library", str(library)])


def told(library: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    ask(library, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_episodes_are_counted_by_show_and_by_stage(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = told(library, capsys, "status")
    counts = {"finished": 1, "to be made": 1, "resting": 1, "given up": 1}
    assert {how: count for how, count in status["counts"].items() if count} == counts
    assert {how: count for how, count in status["shows"]["walks"].items() if count} == {"given up": 1}
    assert status["tracks"] == {"study": {"transcript_fetched": 1, "completed": 1, "failed": 2}}
    assert [line["episode"] for line in status["resting"]] == [f"talks/{RESTING}"]
    assert [line["why"] for line in status["given_up"]] == ["https://a.example/1: status 404"]
    assert (status["run_at_work"], status["at_work"], status["eta"]) == (False, [], None)


def test_it_is_told_in_aligned_tables(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(library, "status") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{library}: 4 episodes, 1 finished; no run is at work"
    assert lines[2:6] == [
        "show   episodes  finished  to be made  resting  given up",
        "talks         3         1           1        1",
        "walks         1                                        1",
        "all           4         1           1        1         1",
    ]


def test_what_is_at_work_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = events_path(library / "talks" / BEGUN, "notes")
    start = {"time": moment_text(time.time() - 90), "event": "started", "stage": "notes"}
    append_event(path, {**start, **this_process()})
    append_event(
        path, {"time": moment_text(time.time()), "event": "module", "stage": "notes", "module": "files"}
    )
    gone = events_path(library / "walks" / GONE, "transcript")
    append_event(
        gone, {**start, "stage": "transcript", "host": this_process()["host"], "pid": 2**30, "born": 1}
    )
    with holding_library(library):
        status = told(library, capsys, "status")
    assert status["run_at_work"] is True
    [work] = status["at_work"]
    assert (work["episode"], work["stage"], work["module"]) == (f"talks/{BEGUN}", "notes", "files")
    assert status["counts"]["at work"] == 1
    assert status["tracks"]["study"]["generating_notes"] == 1
    ask(library, "status")
    assert "  notes (files)  for 2 min  talks/2024-05-02" in capsys.readouterr().out


def test_hosts_that_rest_are_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Breaker(state_of(library), OwnPlaces(), 600).rest("a.example", "status 429", 600)
    [host] = told(library, capsys, "status")["hosts_resting"]
    assert (host["host"], host["reason"]) == ("a.example", "status 429")


def test_the_rest_is_foretold_by_what_was_foretold_the_last_run(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = [10.0, 0.0, 10.0, 1.0, 0.0, 5]
    record = {"run": "r", "time": "2026-01-01T00:00:00Z", "jobs": 9, "parallelism": 2.0}
    models = dict.fromkeys(("notes", "assessment", "notes_pdf", "assessment_pdf", "state"), model)
    (library / "log").mkdir(exist_ok=True)
    (library / "log" / "forecasts.jsonl").write_text(json.dumps({**record, "models": models}) + "\n")
    eta = told(library, capsys, "status")["eta"]
    assert (eta["jobs"], eta["seconds"]) == (5, 25.0)


def test_a_show_alone_names_what_is_not_finished(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(library, "status", "talks") == 0
    out = capsys.readouterr().out
    assert "Not finished" in out
    assert f"to be made  {BEGUN}" in out
    assert GONE not in out
    assert ask(library, "status", "tlaks") == 1
    assert "did you mean 'talks'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("episode", "following"),
    [
        (DONE, "Nothing: it is finished."),
        (BEGUN, "The next run of snakemake makes: notes, assessment, notes_pdf, assessment_pdf"),
        (RESTING, "It rests until"),
        (
            GONE,
            "It was given up: https://a.example/1: status 404. Once that is mended: episcribe retry walks/",
        ),
    ],
)
def test_the_story_of_an_episode_says_what_comes_next(
    library: Path, episode: str, following: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show = "walks" if episode == GONE else "talks"
    assert ask(library, "status", f"{show}/{episode}") == 0
    out = capsys.readouterr().out
    assert out.startswith(f"On {episode}\n{show}/{episode}  id {episode[-8:]}")
    assert f"\nNext: {following}" in out
    [story] = told(library, capsys, "status", show, episode[-8:])
    assert story["next"].startswith(following)
    assert story["sources"][0]["role"] == "transcript"


def test_the_story_tells_modules_and_errors(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    modules = [
        {"module": "rss", "state": "skipped", "why": "no transcript is named"},
        {"module": "youtube", "state": "failed", "outcome": "blocked", "error": "wants rest", "seconds": 2.0},
    ]
    event = {"event": "failed", "stage": "transcript", "kind": "blocked", "error": "wants rest\x1b[31m"}
    path = events_path(library / "talks" / BEGUN, "transcript")
    append_event(path, {**event, "time": "2026-01-02T00:00:00Z", "modules": modules, "traceback": "T"})
    ask(library, "status", f"talks/{BEGUN}")
    out = capsys.readouterr().out
    assert "  rss      pending                  no transcript is named" in out
    assert "  youtube  failed   blocked  2.0 s  wants rest" in out
    assert (
        "Errors (1)\n  2026-01-02 00:00 UTC  transcript  blocked  wants rest[31m [log/transcript.jsonl:3]"
        in out
    )


def test_a_secret_in_an_address_is_not_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = library / "talks" / BEGUN / "episode.yaml"
    path.write_text(
        path.read_text().replace("https://tides", "https://me:pass@tides").replace(".vtt", ".vtt?k=9")
    )
    ask(library, "status", f"talks/{BEGUN}")
    out = capsys.readouterr().out
    assert "https://tides.example/bbbbbbbb.vtt?…" in out
    assert "pass" not in out


def test_failures_are_grouped_by_their_cause(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = add_episode(library, "walks", "2024-05-05-e-eeeeeeee", stages=())
    fail_stage(again, "transcript", "permanent", "https://b.example/2: status 404")
    groups = told(library, capsys, "failed")
    assert [(group["kind"], len(group["episodes"])) for group in groups] == [("permanent", 2), ("blocked", 1)]
    assert groups[0]["command"] == "episcribe retry walks --stage transcript"
    assert {episode["state"] for episode in groups[0]["episodes"]} == {"given_up", "failed"}
    assert ask(library, "failed", "talks") == 1
    out = capsys.readouterr().out
    assert "transcript, blocked, 1 episode: wants rest: status 429" in out
    assert "asks to be left in peace" in out
    assert f"    talks/{RESTING}  rests until 20" in out


def test_where_nothing_failed_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_episode(tmp_path, "talks", DONE)
    assert ask(tmp_path, "failed") == 0
    assert capsys.readouterr() == ("", "episcribe failed: nothing failed\n")


def test_an_empty_library_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(tmp_path, "status") == 0
    assert "Nothing is known yet: run snakemake" in capsys.readouterr().out
    assert ask(tmp_path / "none", "status") == 3


def test_a_source_that_could_not_be_read_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = {"kind": "blocked", "message": "answered 429", "until": "2026-11-21T17:05:00Z"}
    records = {"rivers": {"origin": "rivers", "error": error}, "talks": {"origin": "talks", "error": None}}
    write_discovery(library / DISCOVERY, {"version": 1, "shows": records})
    assert ask(library, "status") == 0
    assert (
        "\nNot read (1)\n  rivers  blocked  2026-11-21 17:05 UTC  answered 429\n" in capsys.readouterr().out
    )
    assert ask(library, "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sources_not_read"] == {"rivers": error}
    assert ask(library, "status", "talks") == 0
    assert "Not read" not in capsys.readouterr().out


cells = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5), st.integers(50, 120))
@example([("a", "b", "line\u2028separator\u2029s")], 50)
def test_a_table_is_aligned_and_fits(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = list(table(rows, ["a", "b", "c"], right=(1,), width=width))
    assert len(lines) == len(rows) + 1
    assert all(len(line.splitlines()) <= 1 for line in lines)
    assert all(text_width(line) <= width for line in lines)


def test_a_table_that_is_too_wide_keeps_the_ids_of_episodes() -> None:
    name = "talks/2024-05-01-a-very-long-title-of-an-episode-that-nobody-would-read-aaaaaaaa"
    [line] = table(
        [["2026-01-01 00:00 UTC", name, "transcript", "no answer within thirty seconds"]], width=80
    )
    assert text_width(line) <= 80
    assert "aaaaaaaa  transcript" in line
    assert line.endswith("…")


@given(cells, st.integers(1, 10))
def test_what_is_cut_is_no_wider_than_asked(text: str, width: int) -> None:
    assert text_width(cut(text, width)) <= width


def test_the_configuration_says_which_episodes_count_and_whether_there_is_a_way(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("configuration") / "config.yaml"
    show = "{id: talks, subject: Tides, feed: 'https://a.example/feed', transcript: {modules: [youtube]}}"
    file.write_text(f"library: {library}\nshows: [{show}]\n")
    assert main(["status", "--configfile", str(file), "--json"]) == 0
    told = capsys.readouterr().out
    counts = json.loads(told)["counts"]
    assert {how: count for how, count in counts.items() if count} == {
        "finished": 1,
        "to be made": 1,
        "without a way": 1,
    }
    [name] = json.loads(told)["without_a_way"]
    assert main(["status", name, "--configfile", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Next: There is no way to a transcript of it: files: none on this disk; rss: " in said
    assert "youtube: no video of it is known; " in said
    assert main(["status", "walks", "--configfile", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["episodes"] == 1
