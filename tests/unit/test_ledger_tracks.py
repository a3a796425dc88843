"""The stages of the tracks: which may follow which, and what an impossible history is told as."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.ledger.history import follow
from episcribe.ledger.state import fold_state
from episcribe.ledger.tracks import TRACKS, Track, is_allowed
from episcribe.library.layout import EPISODE, STAGES

RULES = Path(__file__).parents[2] / "rules" / "study.smk"

# The transitions that the project's founding documents list.
BROADCAST = """
    discovered downloading, downloading downloaded, downloading failed, downloaded converting,
    converting converted, converting failed, converted uploading, uploading uploaded, uploading failed,
    uploaded scheduled, scheduled published, failed downloading, failed converting, failed uploading,
    failed skipped, discovered skipped, downloaded skipped, converted skipped
"""
STUDY = """
    created fetching_transcript, fetching_transcript transcript_fetched, transcript_fetched generating_notes,
    generating_notes notes_generated, notes_generated generating_assessment,
    generating_assessment assessment_generated, assessment_generated writing_files,
    writing_files files_written, files_written exporting_pdfs, exporting_pdfs completed
"""
SCOUT = """
    raw cleaned, cleaned tier1_validated, tier1_validated outlier, outlier ready, ready exported,
    raw failed, cleaned failed, tier1_validated failed, outlier failed, ready failed, exported failed
"""


def pairs(text: str) -> list[list[str]]:
    return [pair.split() for pair in text.split(",")]


@pytest.mark.parametrize(("track", "text"), [("broadcast", BROADCAST), ("study", STUDY), ("scout", SCOUT)])
def test_the_transitions_of_the_founding_documents_are_allowed(track: str, text: str) -> None:
    assert [pair for pair in pairs(text) if not is_allowed(track, *pair)] == []


@pytest.mark.parametrize(
    ("track", "before", "after"),
    [
        ("broadcast", "discovered", "uploaded"),
        ("broadcast", "discovered", "published"),
        ("broadcast", "downloaded", "uploading"),
        ("broadcast", "published", "uploading"),
        ("broadcast", "uploaded", "uploading"),
        ("broadcast", "converted", "scheduled"),
        ("study", "created", "notes_generated"),
        ("study", "created", "completed"),
        ("study", "fetching_transcript", "completed"),
        ("study", "transcript_fetched", "generating_assessment"),
        ("study", "failed", "completed"),
        ("scout", "raw", "outlier"),
        ("scout", "cleaned", "exported"),
        ("scout", "raw", "downloaded"),
        ("karaoke", "created", "created"),
    ],
)
def test_what_skips_a_stage_is_not_allowed(track: str, before: str, after: str) -> None:
    assert not is_allowed(track, before, after)


@pytest.mark.parametrize("track", TRACKS.values(), ids=lambda track: track.name)
def test_every_stage_has_its_row_and_leads_only_to_stages(track: Track) -> None:
    stages = set(track.stages)
    assert set(track.transitions) == stages
    assert set().union(*track.transitions.values()) <= stages
    assert set(track.needs) <= set(track.jobs)


@pytest.mark.parametrize("track", TRACKS.values(), ids=lambda track: track.name)
def test_every_stage_can_be_reached_and_the_end_from_every_one(track: Track) -> None:
    def reachable(start: str) -> set[str]:
        seen, todo = {start}, [start]
        while todo:
            for after in track.transitions[todo.pop()] - seen:
                seen.add(after)
                todo.append(after)
        return seen

    assert reachable(track.initial) == set(track.stages)
    assert all(track.final in reachable(stage) for stage in track.stages)


def test_what_a_stage_reads_is_what_its_rule_takes() -> None:
    for stage, (rule, made) in {
        "transcript": ("get_transcript", ()),
        "notes": ("write_notes", ()),
        "assessment": ("write_assessment", ()),
        "notes_pdf": ("print_notes", ()),
        "assessment_pdf": ("print_assessment", ()),
    }.items():
        text = re.search(rf"rule {rule}:\n    input:\n(.*?)    output:", RULES.read_text(), re.DOTALL)
        assert text is not None, made
        assert set(re.findall(r'\{episode\}/([\w.]+)"', text[1])) == set(STAGES[stage].reads), stage
    assert STAGES["transcript"].reads == (EPISODE,)


def event(what: str, stage: str, second: int, **more: Any) -> dict[str, Any]:
    return {"time": f"2026-01-01T00:00:{second:02d}.000Z", "event": what, "stage": stage, **more}


def lines_of(track: str, *events: dict[str, Any], there: tuple[str, ...] = ()) -> list[str]:
    return follow(TRACKS[track], events, there).irregularities


def test_notes_before_any_transcript_are_told() -> None:
    [line] = lines_of(
        "study", event("started", "notes", 1), event("finished", "notes", 2, at="log/notes.jsonl:2")
    )
    assert line == "2026-01-01T00:00:02.000Z: study: notes finished before any transcript (log/notes.jsonl:2)"


def test_clocks_of_two_hosts_that_disagree_are_nothing_irregular() -> None:
    notes = event("started", "notes", 1, host="b"), event("finished", "notes", 2, host="b")
    transcript = event("started", "transcript", 3, host="a"), event("finished", "transcript", 4, host="a")
    assert lines_of("study", *notes, *transcript) == []
    on_one = [{**one, "host": "a"} for one in (*notes, *transcript)]
    assert lines_of("study", *on_one) != []


def test_notes_of_a_transcript_that_was_made_elsewhere_are_nothing_irregular() -> None:
    notes = event("started", "notes", 1), event("finished", "notes", 2)
    assert lines_of("study", *notes, there=("transcript",)) == []


def test_an_assessment_that_is_done_before_the_notes_is_nothing_irregular() -> None:
    transcript = event("started", "transcript", 1), event("finished", "transcript", 2)
    begun = event("started", "notes", 3), event("started", "assessment", 4)
    ended = event("finished", "assessment", 5), event("finished", "notes", 6)
    assert lines_of("study", *transcript, *begun, *ended) == []
    assert not is_allowed("study", "fetching_transcript", "notes_generated")
    assert not is_allowed("study", "generating_notes", "completed")


def test_a_publication_without_an_upload_is_told() -> None:
    [line] = lines_of("broadcast", event("finished", "publish", 1))
    assert "publish finished before any upload and schedule" in line


def test_a_stage_that_was_given_is_checked() -> None:
    [line] = lines_of("broadcast", event("set", "manual", 1, track="broadcast", to="published"))
    assert "discovered → published is no transition of this track" in line
    [line] = lines_of("broadcast", event("set", "manual", 1, track="broadcast", to="sung"))
    assert "'sung'" in line


def test_a_job_that_ended_without_having_begun_is_told() -> None:
    [line] = lines_of("study", event("finished", "transcript", 1))
    assert "created → transcript_fetched is no transition" in line


def test_a_broadcast_that_goes_its_way_is_nothing_irregular() -> None:
    jobs = [job for job in TRACKS["broadcast"].jobs if job != "publish"]
    events = [event(what, job, n) for n, job in enumerate(jobs) for what in ("started", "finished")]
    failed = event("started", "publish", 8), event("failed", "publish", 9, kind="transient")
    again = event("started", "publish", 10), event("finished", "publish", 11)
    history = follow(TRACKS["broadcast"], [*events, *failed, *again], ())
    assert history.irregularities == []
    assert history.done == {*jobs, "publish"}


WAYS_TO_END = ("finished", "failed", "interrupted", "handed_on")


@st.composite
def runs_of_a_make(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What a Make-style run of the study track appends: jobs begin when what they need is done, side by side,
    end in any way, and are made again at will.
    """
    needs = TRACKS["study"].needs
    done: set[str] = set()
    running: list[str] = []
    events: list[dict[str, Any]] = []
    for second in range(draw(st.integers(0, 40))):
        ready = [
            job
            for job in TRACKS["study"].jobs
            if done.issuperset(needs.get(job, ()))
            and not any(r == job or r in upstream(job) for r in running)
        ]
        if running and (not ready or draw(st.booleans())):
            job = draw(st.sampled_from(running))
            running.remove(job)
            how = draw(st.sampled_from(WAYS_TO_END))
            done |= {job} if how == "finished" else set()
            events.append(event(how, job, second, kind="transient"))
        elif ready:
            job = draw(st.sampled_from(ready))
            below = {other for other in TRACKS["study"].jobs if job in upstream(other)}
            if below.isdisjoint(running):
                done -= {job, *below}
                running.append(job)
                events.append(event("started", job, second))
        if draw(st.integers(0, 9)) == 0:
            events.append(event("retry", draw(st.sampled_from(TRACKS["study"].jobs)), second))
    return events


def upstream(job: str) -> set[str]:
    direct = set(TRACKS["study"].needs.get(job, ()))
    return direct.union(*(upstream(other) for other in direct))


@given(runs_of_a_make())
@settings(max_examples=150, deadline=None)
def test_no_run_that_follows_the_rules_is_irregular(events: list[dict[str, Any]]) -> None:
    assert lines_of("study", *events) == []


def test_only_the_tracks_that_a_show_has_are_told(tmp_path: Path) -> None:
    assert set(fold_state(tmp_path, {})["tracks"]) == {"study"}
    state = fold_state(tmp_path, {}, tracks=("scout", "broadcast"))
    assert state["tracks"] == {"scout": {"stage": "raw"}, "broadcast": {"stage": "discovered"}}
    assert state["stage"] == "raw"
