"""`episcribe compress`, and reading what it compressed."""

import json
import os
import time
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.cli.main import main
from episcribe.ledger.compressing import compress_episode
from episcribe.ledger.events import append_event, episode_events, events_path, last_event, read_events
from episcribe.ledger.seals import add_seals, compute_seal
from episcribe.ledger.standings import Line, write_standings
from episcribe.ledger.state import fold_state
from episcribe.library.compression import compressed_path, pack, read_appended, read_kept, unpack
from episcribe.library.layout import STAGES, STUDY_PRODUCTS
from episcribe.library.settings import RetentionSettings
from episcribe.stages.locks import holding_library
from episcribe.stages.originals import Originals
from episcribe.stages.retention import compress_old

URL = "https://tides.example/captions.vtt"
CAPTIONS = b"WEBVTT\n\n" + b"00:00.000 --> 00:02.000\nthe tide is out\n\n" * 80


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    """A finished and sealed episode that nothing has happened to for a year."""
    folder = tmp_path / "talks" / "2024-05-01-a-aaaaaaaa"
    with Originals(folder / "source") as originals:
        originals.keep(URL, "text/vtt", CAPTIONS, "transcript")
    for stage in STAGES:
        for name in STAGES[stage].products:
            (folder / name).write_text(f"{name}\n")
        for second, what in enumerate(("started", "finished")):
            event = {
                "time": f"2025-01-01T00:00:0{second}.000Z",
                "stage": stage,
                "event": what,
                "inputs": "x" * 400,
            }
            append_event(events_path(folder, stage), event)
    (folder / "episode.yaml").write_text("id: aaaaaaaa\n")
    add_seals(tmp_path, {"talks/2024-05-01-a-aaaaaaaa": "x"})
    long_ago = time.time() - 365 * 86400
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    return folder


def compress(folder: Path, *arguments: str) -> int:
    return main(["compress", *arguments, "--library", str(folder.parent.parent)])


def packed_files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.gz")}


def test_logs_and_originals_are_compressed_and_read_as_before(episode: Path) -> None:
    events, state = episode_events(episode), fold_state(episode, {})
    seal = compute_seal(str(episode), "", [f"{episode}/episode.yaml"], STUDY_PRODUCTS)
    assert compress(episode) == 0
    assert packed_files(episode) == {*(f"{stage}.jsonl.gz" for stage in STAGES), "transcript-33b4b038.vtt.gz"}
    assert not list(episode.glob("log/*.jsonl"))
    assert episode_events(episode) == events
    assert fold_state(episode, {}) == state
    with Originals(episode / "source") as originals:
        kept = originals.kept(URL)
    assert kept is not None
    assert kept.data == CAPTIONS
    assert compute_seal(str(episode), "", [f"{episode}/episode.yaml"], STUDY_PRODUCTS) == seal


def test_events_are_appended_to_a_compressed_log(episode: Path) -> None:
    compress(episode)
    path = events_path(episode, "notes")
    assert [event["event"] for event in read_events(path)] == ["started", "finished"]
    last = last_event(path)
    assert last is not None
    assert last["event"] == "finished"
    append_event(path, {"time": "2026-01-01T00:00:00.000Z", "stage": "notes", "event": "started"})
    assert [event["event"] for event in read_events(path)] == ["started", "finished", "started"]
    assert [event["at"] for event in episode_events(episode) if event["stage"] == "notes"] == [
        f"log/notes.jsonl:{number}" for number in (1, 2, 3)
    ]


def test_what_is_fetched_anew_takes_the_place_of_the_compressed_original(episode: Path) -> None:
    compress(episode)
    with Originals(episode / "source") as originals:
        originals.keep(URL, "text/vtt", b"WEBVTT\n", "transcript")
        kept = originals.kept(URL)
    assert kept is not None
    assert kept.data == b"WEBVTT\n"
    assert not list(episode.glob("source/*.gz"))


def test_a_damaged_compressed_original_is_taken_for_none(episode: Path) -> None:
    compress(episode)
    [packed] = episode.glob("source/*.gz")
    packed.write_bytes(packed.read_bytes()[:-20])
    with Originals(episode / "source") as originals:
        assert originals.kept(URL) is None


def test_a_dry_run_and_json_tell_the_bytes_and_touch_nothing(
    episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compress(episode, "-n", "--json")
    told = json.loads(capsys.readouterr().out)
    assert len(told["files"]) == len(STAGES) + 1
    assert told["saved"] == told["before"] - told["after"] > 0
    assert not packed_files(episode)


@pytest.mark.parametrize(
    ("older", "expected"), [("364d", True), ("52w", True), ("2y", False), ("400", False)]
)
def test_only_what_is_older_is_compressed(episode: Path, older: str, expected: bool) -> None:
    compress(episode, "--older-than", older)
    assert bool(packed_files(episode)) is expected


def test_an_age_that_is_none_is_a_wrong_call(episode: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        compress(episode, "--older-than", "soon")
    assert ended.value.code == 2
    assert "'soon' is no age; expected for instance 12h, 30d" in capsys.readouterr().err


def test_an_episode_that_lacks_a_file_or_a_seal_is_left_alone(episode: Path) -> None:
    (episode / "notes.pdf").unlink()
    compress(episode)
    assert not packed_files(episode)
    (episode / "notes.pdf").write_text("notes.pdf\n")
    (episode.parent.parent / "seals.jsonl").unlink()
    compress(episode, "--older-than", "0d")
    assert not packed_files(episode)


def test_a_log_on_which_something_rests_is_left_as_it_is(episode: Path) -> None:
    name = f"talks/{episode.name}"
    log = f"{(episode / 'log/notes.jsonl').stat().st_size}-{(episode / 'log/notes.jsonl').stat().st_mtime_ns}"
    write_standings(
        episode.parent.parent, {name: [Line(name, "notes", "given_up", None, 1, "permanent", "w", log, "d")]}
    )
    compress(episode)
    assert "notes.jsonl.gz" not in packed_files(episode)
    assert "assessment.jsonl.gz" in packed_files(episode)


def test_nothing_is_compressed_while_a_run_is_at_work(
    episode: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with holding_library(episode.parent.parent):
        assert compress(episode) == 1
    assert "another run is at work" in capsys.readouterr().err
    assert not packed_files(episode)


def test_compressing_a_second_time_takes_later_events_in(episode: Path) -> None:
    compress(episode)
    path = events_path(episode, "notes")
    for what in ("started", "finished"):
        event = {"time": "2026-01-01T00:00:00.000Z", "stage": "notes", "event": what, "inputs": "y" * 900}
        append_event(path, event)
    events = episode_events(episode)
    compress(episode, "--older-than", "0d")
    assert not path.exists()
    assert episode_events(episode) == events


def test_no_event_is_lost_or_doubled_while_a_log_is_compressed(episode: Path) -> None:
    path = events_path(episode, "notes")
    before = len(list(read_events(path)))
    seen: list[list[int]] = []

    def append() -> None:
        for number in range(1500):
            append_event(path, {"event": "finished", "stage": "notes", "number": number, "why": "x" * 300})

    def read() -> None:
        while appending.is_alive():
            seen.append([event["number"] for event in read_events(path) if "number" in event])

    appending, reading = Thread(target=append), Thread(target=read)
    appending.start()
    reading.start()
    compressed = 0
    while appending.is_alive() or not compressed:
        compressed += len(list(compress_episode(episode)))
    appending.join()
    reading.join()
    assert [event["number"] for event in read_events(path) if "number" in event] == list(range(1500))
    assert len(list(read_events(path))) == before + 1500
    assert all(numbers == list(range(len(numbers))) for numbers in seen)


lines = st.lists(st.sampled_from([b"a", b"b", b"cc", b"{}"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(older=lines, later=lines, cut=st.integers(0, 8))
def test_what_was_compressed_before_a_crash_is_read_once(
    tmp_path_factory: pytest.TempPathFactory, older: list[bytes], later: list[bytes], cut: int
) -> None:
    """The log was compressed, was not removed, and was appended to since."""
    numbered = [b"%d %s\n" % (number, line) for number, line in enumerate(older + later)]
    path = tmp_path_factory.mktemp("log") / "x.jsonl"
    compressed_path(path).write_bytes(pack(b"".join(numbered[: len(older)])))
    path.write_bytes(b"".join(numbered[min(cut, len(older)) :]))
    assert read_appended(path) == b"".join(numbered)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3000))
def test_what_was_packed_is_unpacked(data: bytes) -> None:
    assert unpack(pack(data)) == data
    assert unpack(pack(data) + pack(data)) == data * 2
    for spoilt in (pack(data)[:-1], pack(data) + b"x"):
        with pytest.raises(ValueError, match=r"damaged|cut off"):
            unpack(spoilt)


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unpacks to more than 1000 bytes"):
        unpack(pack(bytes(10_000_000)), 1000)
    assert len(unpack(pack(bytes(5_000_000)))) == 5_000_000
    with pytest.raises(FileNotFoundError):
        read_kept(tmp_path / "none")


def test_a_run_compresses_old_episodes_once_a_day_when_it_is_told_to(episode: Path) -> None:
    library, now = episode.parent.parent, time.time()
    (library / "log").mkdir(exist_ok=True)
    assert compress_old(library, [episode], RetentionSettings(), now) == []
    assert compress_old(library, [episode], RetentionSettings(compress_old="104w"), now) == []
    assert not packed_files(episode)
    daily = RetentionSettings.model_validate({"compress_old": True})
    assert compress_old(library, [episode], daily, now + 3600) == []
    assert not packed_files(episode)
    assert compress_old(library, [episode], daily, now + 90000) == []
    assert "notes.jsonl.gz" in packed_files(episode)
