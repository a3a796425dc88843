"""What is shown of a run: counts and estimates, bars, lines, and the terminal that they are in."""

import logging
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console as RichConsole
from rich.text import Text
from snakemake_interface_logger_plugins.common import LogEvent

from episcribe.stages.console import Console
from episcribe.stages.progress.bars import draw
from episcribe.stages.progress.display import wants_own_words
from episcribe.stages.progress.lines import line_of
from episcribe.stages.progress.telling import VARIABLE, Teller, read_message
from episcribe.stages.progress.tracker import Bar, Tracker, View, Worker
from episcribe.stages.progress.wording import clock, frequency, roughly
from tests.terminal import read_screen, run_in_terminal

RULES = (
    "get_transcript",
    "write_notes",
    "write_assessment",
    "print_notes",
    "print_assessment",
    "record_state",
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def tracker_of(episodes: int) -> tuple[Tracker, Clock]:
    time = Clock()
    tracker = Tracker(clock=time)
    tracker.plan(dict.fromkeys(RULES, episodes))
    return tracker, time


def work(tracker: Tracker, time: Clock, number: int, rule: str, seconds: float) -> None:
    tracker.begin(number, rule, f"show/{number}")
    time.now += seconds
    tracker.finish(number)


def bars_of(tracker: Tracker) -> dict[str, tuple[int, int, int]]:
    return {bar.name: (bar.done, bar.total, bar.failed) for bar in tracker.view().bars}


def test_jobs_are_counted_by_stage_and_both_pdfs_as_one() -> None:
    tracker, time = tracker_of(3)
    work(tracker, time, 1, "get_transcript", 1)
    work(tracker, time, 2, "print_notes", 1)
    work(tracker, time, 3, "print_assessment", 1)
    bars = bars_of(tracker)
    assert list(bars) == ["transcripts", "notes", "assessments", "PDFs", "state"]
    assert bars["transcripts"] == (1, 3, 0)
    assert bars["PDFs"] == (2, 6, 0)
    assert (tracker.view().done, tracker.view().total) == (3, 18)


def test_what_grows_while_the_run_is_at_work_keeps_what_was_done() -> None:
    tracker = Tracker(clock=(time := Clock()))
    tracker.plan({"refresh": 1})
    work(tracker, time, 1, "refresh", 1)
    tracker.plan({"refresh": 1, **dict.fromkeys(RULES, 2)})
    assert bars_of(tracker)["sources"] == (1, 1, 0)
    assert tracker.view().total == 13


def test_a_failed_transcript_takes_the_rest_of_its_episode_out_of_what_is_to_be_done() -> None:
    tracker, _ = tracker_of(2)
    tracker.begin(1, "get_transcript", "show/a")
    tracker.fail(1)
    view = tracker.view()
    assert view.failed == 1
    assert view.open == 6
    assert bars_of(tracker)["transcripts"] == (0, 2, 1)


def test_a_job_that_is_called_again_has_not_failed() -> None:
    tracker, _ = tracker_of(2)
    tracker.begin(1, "get_transcript", "show/a")
    tracker.fail(1)
    tracker.begin(1, "get_transcript", "show/a")
    assert tracker.view().failed == 0
    tracker.finish(1)
    assert tracker.view().open == 11


def test_the_time_left_is_the_open_jobs_at_the_pace_of_their_stages() -> None:
    tracker, time = tracker_of(10)
    for number in range(4):
        work(tracker, time, number, "get_transcript", 30)
    for number in range(4, 8):
        work(tracker, time, number, "write_notes", 2)
    # 6 transcripts of 30 s, 6 notes of 2 s, and 40 jobs of the mean of all, one at a time
    assert tracker.view().left == pytest.approx(6 * 30 + 6 * 2 + 40 * 16, rel=0.01)


def test_stages_that_have_not_begun_are_expected_to_take_as_long_as_in_earlier_runs() -> None:
    tracker, time = tracker_of(4)
    tracker.expect({"notes_pdf": 5.0, "assessment_pdf": 7.0, "state": 2.0})
    for number in range(4):
        work(tracker, time, number, "get_transcript", 30)
    # 4 notes and 4 assessments as the mean of all so far, 8 PDFs, 4 states, one at a time
    assert tracker.view().left == pytest.approx(8 * 30 + 8 * 6 + 4 * 2, rel=0.01)


def test_there_is_no_estimate_before_there_is_something_to_estimate_from() -> None:
    tracker, time = tracker_of(10)
    work(tracker, time, 1, "get_transcript", 30)
    assert tracker.view().left is None


def test_what_a_stage_tells_is_shown_of_its_worker() -> None:
    tracker, time = tracker_of(2)
    tracker.begin(1, "get_transcript", "show/a")
    tracker.begin(2, "get_transcript", "show/b")
    time.now += 10
    tracker.tell("show/b", "transcript", "listening", 0.25)
    first, second = tracker.view().workers
    assert first == Worker("show/a", "transcript", 10.0, None)
    assert second == Worker("show/b", "transcript: listening", 10.0, 0.25)


def test_at_the_end_nobody_works_and_nothing_is_foretold() -> None:
    tracker, time = tracker_of(2)
    for number in range(5):
        work(tracker, time, number, "write_notes" if number % 2 else "get_transcript", 2)
    tracker.begin(9, "print_notes", "show/b")
    tracker.end()
    time.now += 60
    view = tracker.view()
    assert (view.workers, view.left, view.elapsed, view.rate) == ((), None, 10.0, 0.5)


@pytest.mark.parametrize(
    ("seconds", "text"), [(7.9, "0:07"), (754, "12:34"), (3723, "1:02:03"), (360000, "100:00:00")]
)
def test_a_duration_reads_as_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "5 s"),
        (22, "20 s"),
        (58, "1 min"),
        (840, "14 min"),
        (7800, "2 h 10 min"),
        (54000, "15 h"),
        (3e5, "3 days"),
    ],
)
def test_a_time_to_come_is_told_no_more_exactly_than_it_is_known(seconds: float, text: str) -> None:
    assert roughly(seconds) == text


@pytest.mark.parametrize(("rate", "text"), [(3.14, "3.1/s"), (0.5, "30/min"), (0.001, "3.6/h"), (25, "25/s")])
def test_a_rate_has_the_unit_that_fits(rate: float, text: str) -> None:
    assert frequency(rate) == text


def view_of(*, workers: int = 2, name: str = "talks/2024-01-01-one", failed: int = 0) -> View:
    bars = (Bar("transcripts", 3, 10, failed), Bar("notes", 0, 10, 0), Bar("PDFs", 20, 20, 0))
    at_work = tuple(Worker(name, "transcript: listening", 61.0, 0.42) for _ in range(workers))
    return View(bars, at_work, done=23, total=40, failed=failed, open=17, rate=2.0, elapsed=65.0, left=240.0)


def drawn(view: View, *, width: int = 80, height: int = 24, no_color: bool = False) -> list[str]:
    console = RichConsole(
        file=StringIO(), force_terminal=True, color_system="standard", no_color=no_color, legacy_windows=False
    )
    return draw(view, console, width, height)


def plain(lines: list[str]) -> list[str]:
    return [Text.from_ansi(line).plain for line in lines]


def test_a_run_is_drawn_as_bars_workers_and_a_line_for_the_whole() -> None:
    lines = plain(drawn(view_of(failed=1)))
    assert lines[0].startswith("transcripts ━━")
    assert lines[0].endswith("  3/10 1 failed")
    assert "   1:01 transcript: listening 42% talks/2024-01-01-one" in lines[3]
    assert lines[-1] == "1:05 · 23 of 40 jobs, 1 failed · 2.0/s, about 4 min left"


def test_without_colours_a_bar_shows_how_full_it_is_and_no_colour_is_used() -> None:
    lines = drawn(view_of(), no_color=True)
    first = plain(lines)[0]
    assert first.count("━") == round(0.3 * len(first.removeprefix("transcripts ").rpartition("  3/10")[0]))
    assert not any(f"\x1b[{colour}m" in line for line in lines for colour in (31, 32, 36, 90))


@given(
    width=st.integers(20, 200),
    height=st.integers(2, 60),
    workers=st.integers(0, 40),
    name=st.text(st.characters(categories=["L", "N", "P"]), max_size=150),
)
@settings(max_examples=60, deadline=None)
def test_no_picture_is_higher_or_wider_than_its_terminal(
    width: int, height: int, workers: int, name: str
) -> None:
    lines = plain(drawn(view_of(workers=workers, name=name), width=width, height=height))
    assert 1 <= len(lines) < height
    assert all(cell_len(line) < width for line in lines)
    assert lines[-1].startswith("1:05")


def test_those_at_work_who_find_no_room_are_counted() -> None:
    lines = plain(drawn(view_of(workers=30), height=12))
    assert len(lines) == 11
    assert "… and 24 more at work" in lines[-2]


def test_a_run_in_a_line_has_neither_colour_nor_control_character() -> None:
    line = line_of(view_of(failed=1))
    assert line == (
        "Progress: 1:05: 23 of 40 jobs, 1 failed: transcripts 3/10, notes 0/10, PDFs 20/20; "
        "2.0/s, about 4 min left"
    )


@given(st.binary(max_size=80))
def test_nothing_that_is_printed_breaks_the_reading_of_messages(line: bytes) -> None:
    assert read_message(line) is None or line.startswith(b"\x1e")


def test_a_stage_whose_errors_go_elsewhere_tells_nobody(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "bars:1:1")
    tell = Teller("show/a", "transcript")
    tell("listening", 1, 2)
    assert not tell.is_heard
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "wish", ["dryrun", "printshellcmds", "verbose", "debug_dag", "quiet", "log_handler_settings"]
)
def test_who_asks_for_snakemakes_own_words_gets_them(wish: str) -> None:
    from snakemake.settings.enums import Quietness
    from snakemake.settings.types import OutputSettings

    value = {"quiet": {Quietness.PROGRESS, Quietness.RULES}, "log_handler_settings": {"rich": None}}.get(
        wish, True
    )
    assert wants_own_words(OutputSettings(**{wish: value}))
    assert not wants_own_words(OutputSettings())


def message(event: LogEvent, log: Path, **fields: Any) -> logging.LogRecord:
    told = {"event": event, "log": [str(log)], "jobid": 1, "rule_name": "get_transcript", "shellcmd": None}
    level = logging.ERROR if event is LogEvent.JOB_ERROR else logging.INFO
    return logging.makeLogRecord({"levelno": level, "msg": "", **told, **fields})


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [("show/a: transcript: no captions (none)\n", True), ("show/a: it listens (to be continued)\n", False)],
)
def test_a_job_is_judged_by_what_it_said_and_not_by_what_an_earlier_one_did(
    said: str, is_shown: bool, tmp_path: Path
) -> None:
    log = tmp_path / "transcript.log"
    log.write_text(said)
    written = log.stat().st_mtime
    fresh, stale = Console(), Console()
    assert fresh.filter(message(LogEvent.JOB_INFO, log, created=written - 1))
    assert fresh.filter(message(LogEvent.JOB_ERROR, log)) is is_shown
    assert stale.filter(message(LogEvent.JOB_INFO, log, created=written + 1))
    assert stale.filter(message(LogEvent.JOB_ERROR, log))


@pytest.mark.parametrize(
    ("ending", "is_shown"),
    [
        ("returned non-zero exit status 1.", False),
        ("returned non-zero exit status 3.", False),
        ("returned non-zero exit status 137.", True),
        ("died with <Signals.SIGKILL: 9>.", True),
    ],
)
def test_how_a_command_ended_is_told_when_it_did_not_end_by_itself(ending: str, is_shown: bool) -> None:
    command = "set -euo pipefail;  python3 -P -m episcribe.stages.notes notes.md '{\"a\": 1}' notes.log"
    text = (
        f"RuleException:\nCalledProcessError in file rules/study.smk, line 9:\nCommand '{command}' {ending}"
    )
    record = logging.makeLogRecord({"levelno": logging.ERROR, "msg": text})
    assert Console().filter(record) is is_shown
    assert not is_shown or record.msg == f"episcribe.stages.notes {ending[:-1]}: it was ended from outside"


SHOWN = """
import subprocess, sys, time
from episcribe.stages.progress.telling import announce
from episcribe.stages.progress.terminal import Terminal
heard = []
terminal = Terminal(lambda width, height: ["first line", f"{width}x{height}"], lambda: 0, heard.append)
terminal.start()
announce("bars")
print("from here", file=sys.stderr, flush=True)
child = "import sys; from episcribe.stages.progress.telling import Teller; " \\
    "print('from the child', file=sys.stderr); Teller('show/a', 'transcript')('listening', 1, 4); " \\
    "print('10%\\\\r20%\\\\r30%')"
subprocess.run([sys.executable, "-c", child], check=True)
time.sleep(0.6)
print("without an end", end="", file=sys.stderr)
ending = sys.argv[1]
if ending == "crash":
    import atexit
    atexit.register(terminal.stop)
    raise RuntimeError("it broke")
terminal.stop()
terminal.stop()
print("heard", heard)
"""


def test_what_is_printed_stands_above_the_picture_and_messages_are_heard() -> None:
    session = run_in_terminal([sys.executable, "-c", SHOWN, "end"], columns=160, variables=dict(os.environ))
    assert session.status == 0
    screen = session.screen
    above = screen[: screen.index("first line")]
    assert above == ["from here", "from the child", "30%", "without an end"]
    assert screen[screen.index("first line") + 1] == "160x24"
    assert "\x1e" not in session.written
    message = {"job": "show/a", "stage": "transcript", "detail": "listening", "share": 0.25}
    assert f"heard {[message]}" in screen


def test_a_crash_is_told_in_full_and_the_terminal_is_as_it_was() -> None:
    session = run_in_terminal([sys.executable, "-c", SHOWN, "crash"], variables=dict(os.environ))
    assert session.status == 1
    assert "RuntimeError: it broke" in session.screen
    assert session.screen.count("first line") == 1
    for mode in ("\x1b[?25l", "\x1b[?1049h", "\x1b[?7l"):
        assert mode not in session.written


def test_a_screen_is_read_as_a_terminal_shows_it() -> None:
    assert read_screen("one\r\ntwo\x1b[1A\rONE\x1b[K\r\nTWO\x1b[J\r\n", 80) == ["ONE", "TWO", ""]


def test_the_package_that_stages_import_for_it_is_light() -> None:
    code = "import sys, episcribe.stages.progress.telling; print({'rich', 'snakemake'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_lines_of_several_threads_stay_whole() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from episcribe.stages.progress.telling import say\n"
        "import sys; sys.setswitchinterval(1e-6)\n"
        "with ThreadPoolExecutor(8) as pool: list(pool.map(lambda n: say('x' * 40), range(4000)))"
    )
    said = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=True).stderr
    assert set(said.splitlines()) == {b"x" * 40}
    assert len(said.splitlines()) == 4000
