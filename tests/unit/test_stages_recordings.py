"""The recording of an episode is the one that its source has."""

import json
import wave
from collections.abc import Iterator
from hashlib import sha1
from io import BytesIO
from pathlib import Path

import pytest

from episcribe.library.episode import Enclosure, Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.settings import NetworkSettings, SpeechSettings
from episcribe.stages.job import NETWORK_VARIABLE
from episcribe.stages.modules.hearing import speech
from episcribe.stages.modules.search import Search
from episcribe.stages.originals import Originals
from episcribe.stages.recordings import KEEP_VARIABLE, Recording, discard_recording, get_recording
from tests.loopback import LoopbackServer

SOUND = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + b"\x00" * 4000


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    network = NetworkSettings(allow_private=True, hosts={}).model_dump()
    monkeypatch.setenv(NETWORK_VARIABLE, json.dumps(network))
    path = tmp_path / "show" / "episode"
    path.mkdir(parents=True)
    return path


def recording(url: str, digest: str, folder: Path) -> Path:
    return fetched(url, digest, folder).path


def fetched(url: str, digest: str, folder: Path) -> Recording:
    episode = Episode(
        id="abcdefgh",
        show="show",
        folder="episode",
        title="Talk",
        enclosures=(Enclosure(url, "audio/mpeg"),),
        extra={"checksums": {url: {"sha1": digest}}},
    )
    with Originals(folder) as originals:
        return get_recording(Search(episode, folder, {"language": None}, originals))


def test_a_recording_with_the_checksum_of_its_source_is_taken(server: LoopbackServer, folder: Path) -> None:
    url = server.add("/talk.mp3", body=SOUND, content_type="audio/mpeg")

    assert recording(url, sha1(SOUND).hexdigest(), folder).read_bytes() == SOUND


def test_a_recording_in_segments_is_put_together_and_not_fetched_again(
    server: LoopbackServer, folder: Path
) -> None:
    pieces = [bytes([0x47, number]) + bytes(186) for number in range(12)]
    server.add("/one.ts", body=b"".join(pieces), content_type="video/mp2t")
    listed = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\none.ts\n#EXT-X-ENDLIST\n"
    url = server.add("/talk.m3u8", body=listed, content_type="application/vnd.apple.mpegurl")
    episode = Episode(
        "abcdefgh", "show", "episode", "Talk", enclosures=(Enclosure(url, "application/vnd.apple.mpegurl"),)
    )
    for _ in range(2):  # as if the first attempt had been killed while it listened
        with Originals(folder) as originals:
            got = get_recording(Search(episode, folder, {"language": None}, originals))
        assert got.path.read_bytes() == b"".join(pieces)
        assert got.url == url
    assert server.asked("/one.ts") == 1


def test_another_recording_than_the_source_has_is_not_kept(server: LoopbackServer, folder: Path) -> None:
    url = server.add("/talk.mp3", body=SOUND, content_type="audio/mpeg")

    with pytest.raises(EpiscribeError, match="is not what the source has") as caught:
        recording(url, "0" * 40, folder)

    assert caught.value.kind is FailureKind.TRANSIENT
    assert list(folder.glob("audio*")) == []


def test_a_recording_that_a_killed_attempt_had_fetched_is_not_fetched_again(
    server: LoopbackServer, folder: Path
) -> None:
    url = server.add("/talk.mp3", body=SOUND, content_type="audio/mpeg")
    digest = sha1(SOUND).hexdigest()
    path = recording(url, digest, folder)

    assert recording(url, digest, folder) == path
    assert server.asked("/talk.mp3") == 1

    path.write_bytes(SOUND[:-1])
    assert recording(url, digest, folder).read_bytes() == SOUND
    assert server.asked("/talk.mp3") == 2


def test_a_recording_that_was_of_no_use_is_fetched_anew(server: LoopbackServer, folder: Path) -> None:
    url = server.add("/talk.mp3", body=SOUND, content_type="audio/mpeg")
    digest = sha1(SOUND).hexdigest()
    discard_recording(fetched(url, digest, folder), folder)

    recording(url, digest, folder)
    assert server.asked("/talk.mp3") == 2


def silence(seconds: int) -> bytes:
    held = BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(bytes(2 * 16000 * seconds))
    return held.getvalue()


@pytest.mark.parametrize(("keep", "left"), [("0", []), ("1", ["audio.wav"])])
def test_a_recording_in_which_nothing_is_said_does_not_stay(
    server: LoopbackServer, folder: Path, monkeypatch: pytest.MonkeyPatch, keep: str, left: list[str]
) -> None:
    monkeypatch.setenv(KEEP_VARIABLE, keep)
    url = server.add("/talk.wav", body=silence(2), content_type="audio/wav")
    options = {"language": None, "speech": SpeechSettings(model="tiny.en").model_dump()}
    episode = Episode("abcdefgh", "show", "episode", "Talk", enclosures=(Enclosure(url, "audio/wav"),))
    with Originals(folder) as originals, pytest.raises(EpiscribeError, match="speech"):
        next(speech(Search(episode, folder, options, originals)))()
    assert [path.name for path in folder.glob("audio*")] == left
