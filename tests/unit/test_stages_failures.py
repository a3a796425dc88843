"""The last lines of a run: what failed, what rests and until when."""

import os
from pathlib import Path

from episcribe.ledger.settling import Settled
from episcribe.ledger.standings import Line
from episcribe.stages.census import Census
from episcribe.stages.failures import Failure, clock, failure_lines, failures_in
from episcribe.stages.unreadable import not_read_line

NOON = 1_800_014_400.0
LATER = "2099-01-02T15:05:00.000Z"


def failure(number: int, error: str = "gone", until: str | None = None) -> Failure:
    return Failure(f"talks/{number}", "transcript", error, "permanent", f"{number}.log", until)


def test_a_failure_says_until_when_it_rests() -> None:
    event = {"event": "failed", "stage": "transcript", "kind": "blocked", "error": "answered 429", "run": "r"}
    line = Line("talks/a", "transcript", "resting", LATER, 0, "blocked", "", "", "")
    settled = Settled({}, [event, {**event, "stage": "notes", "run": "q"}], [line])
    assert failure_lines(failures_in(settled, "r", "talks/a", Path("lib/talks/a"))) == [
        "Failed: talks/a: transcript: answered 429 (blocked; rests until 2099-01-02 15:05 UTC); "
        "log: lib/talks/a/log/transcript.log"
    ]


def test_a_cause_that_many_share_is_told_once() -> None:
    assert failure_lines([failure(1), failure(2, "late"), *(failure(n) for n in range(3, 22))]) == [
        "Failed: talks/1: transcript: gone (permanent); log: 1.log; and 19 more with the same cause",
        "Failed: talks/2: transcript: late (permanent); log: 2.log",
    ]


def test_what_was_made_of_a_file_of_tomorrow_and_taken_away_is_a_failure(tmp_path: Path) -> None:
    source = tmp_path / "talk.vtt"
    source.touch()
    settled = Settled({}, [{"event": "finished", "stage": "transcript", "run": "r"}], [])
    assert not failures_in(settled, "r", "talks/a", tmp_path / "a", [str(source)])
    os.utime(source, (4e9, 4e9))
    [failed] = failures_in(settled, "r", "talks/a", tmp_path / "a", [str(source)])
    assert failed.error == f"{source} is of 2096-10-02 07:06 UTC, which is yet to come: touch it, or wait"
    assert not failures_in(settled, "q", "talks/a", tmp_path / "a", [str(source)])


def test_a_very_long_cause_is_cut() -> None:
    [line] = failure_lines([failure(1, "x" * 5000)])
    assert line == f"Failed: talks/1: transcript: {'x' * 299}… (permanent); log: 1.log"


def test_the_day_is_told_where_it_is_not_today() -> None:
    assert clock("2027-01-15T15:05:00.000Z", NOON) == "15:05 UTC"
    assert clock("2027-01-16T15:05:00.000Z", NOON) == "2027-01-16 15:05 UTC"


def test_what_rests_is_counted_with_the_time_when_it_ends() -> None:
    assert str(Census(resting=1, rests_until=LATER)) == "0 complete, 1 resting until 2099-01-02 15:05 UTC"
    assert str(Census(resting=3, failed=1, rests_until=LATER)) == (
        "0 complete, 1 failed, 3 resting (the first until 2099-01-02 15:05 UTC)"
    )
    assert str(Census(complete=2)) == "2 complete"


def test_a_source_that_was_not_read_says_until_when_it_rests() -> None:
    error = {"kind": "blocked", "message": "answered 429", "until": "2031-05-01T17:34:46Z"}
    line = not_read_line("rivers", {"source": "@rivers", "error": error})
    assert line == "rivers: answered 429 (blocked; rests until 2031-05-01 17:34 UTC); source: @rivers"
    line = not_read_line("rivers", {"source": "@rivers", "error": {"kind": "transient", "message": "down"}})
    assert line == "rivers: down (transient); source: @rivers"
