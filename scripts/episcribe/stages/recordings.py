"""The recording of an episode: on this disk, fetched from its enclosure, or from its video."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.checksums import check_file, checksums_of
from episcribe.library.episode import STREAMS, Enclosure, Episode
from episcribe.library.errors import EpiscribeError, FailureKind, joined
from episcribe.library.files import write_atomically
from episcribe.library.modules import facts_of_episode
from episcribe.library.refresh import is_remote
from episcribe.stages.network import network_of_run
from episcribe.stages.progress.telling import Teller, say

if TYPE_CHECKING:
    from episcribe.stages.modules.search import Search

KEEP_VARIABLE = "EPISCRIBE_KEEP_RECORDINGS"
_NAME = "audio"
_RECORD = "log/recording.json"
_BETWEEN_LINES = 15.0


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording on this disk; `is_fetched` when it was brought here for the episode."""

    path: Path
    url: str
    sha256: str
    is_fetched: bool


def keeps_recordings() -> bool:
    """True when recordings that were fetched are to stay."""
    return os.environ.get(KEEP_VARIABLE) == "1"


def get_recording(search: "Search") -> Recording:
    """The episode's recording, the best that can be had. Raises EpiscribeError when none can."""
    episode = search.episode
    refusals: list[EpiscribeError] = []
    for way in _ways(episode, search):
        try:
            recording = way()
        except EpiscribeError as refusal:
            refusals.append(refusal)
            continue
        try:
            _check_length(recording, episode)
        except EpiscribeError:
            discard_recording(recording, search.folder)
            raise
        return recording
    if not refusals:
        raise EpiscribeError("no recording of it is to be had", FailureKind.NONE)
    raise joined("; ".join(map(str, refusals)), refusals)


def order_enclosures(enclosures: Sequence[Enclosure]) -> list[Enclosure]:
    """Those on this disk first, then recordings of sound alone, each in the order of the source."""
    return sorted(enclosures, key=lambda e: (is_remote(e.url), (e.type or "").startswith("video/")))


def _ways(episode: Episode, search: "Search") -> list[Callable[[], Recording]]:
    ways: list[Callable[[], Recording]] = [
        partial(_from_enclosure, enclosure, search) for enclosure in order_enclosures(episode.enclosures)
    ]
    video = facts_of_episode(episode).video
    return ways if video is None else [*ways, partial(_from_video, video, search)]


def _from_enclosure(enclosure: Enclosure, search: "Search") -> Recording:
    if not is_remote(enclosure.url):
        path = Path(enclosure.url)
        return Recording(path, enclosure.url, digest_of(path), is_fetched=False)
    if (enclosure.type or "").lower() in STREAMS:
        return _by_ytdlp(enclosure.url, search)
    if (here := _fetched_before(enclosure.url, search.folder)) is not None:
        return here
    from episcribe.net.downloads import download

    got = download(
        search.originals.client,
        enclosure.url,
        search.folder / _NAME,
        max_bytes=_most_bytes(),
        expected_bytes=enclosure.length,
        progress=_Told(f"{search.folder.parent.name}/{search.folder.name}"),
    )
    try:
        check_file(got.path, checksums_of(search.episode.extra, enclosure.url))
    except EpiscribeError:
        got.path.unlink(missing_ok=True)
        raise
    return _noted(Recording(got.path, enclosure.url, got.sha256, is_fetched=True), search.folder)


def discard_recording(recording: Recording, folder: Path) -> None:
    """Have the recording fetched anew by the next attempt, as this one was of no use; the file goes, unless
    recordings are kept.
    """
    if recording.is_fetched:
        (folder / _RECORD).unlink(missing_ok=True)
        release_recording(recording)


def release_recording(recording: Recording) -> None:
    """Delete the file if it was fetched and recordings are not kept: it is not needed any more."""
    if recording.is_fetched and not keeps_recordings():
        recording.path.unlink(missing_ok=True)


def _fetched_before(url: str, folder: Path) -> Recording | None:
    """The recording that an attempt which was killed while it listened had fetched from `url`, as it came."""
    try:
        record = json.loads((folder / _RECORD).read_bytes())
        known = record["url"], record["name"], record["sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    path = folder / Path(str(known[1])).name
    if known[0] != url or not path.is_file() or digest_of(path) != known[2]:
        return None
    return Recording(path, url, known[2], is_fetched=True)


def _noted(recording: Recording, folder: Path) -> Recording:
    """The recording, of which note is taken, so that it is not fetched again after a kill."""
    record = {"url": recording.url, "name": recording.path.name, "sha256": recording.sha256}
    write_atomically(folder / _RECORD, json.dumps(record) + "\n")
    return recording


def _from_video(video: str, search: "Search") -> Recording:
    return _by_ytdlp(f"https://www.youtube.com/watch?v={video}", search)


def _by_ytdlp(address: str, search: "Search") -> Recording:
    """The recording of a page that yt-dlp knows its way about."""
    if (here := _fetched_before(address, search.folder)) is not None:
        return here
    from episcribe.sources.ytdlp import download_audio

    path = download_audio(
        address,
        search.folder,
        client=search.originals.client,
        progress=_Told(f"{search.folder.parent.name}/{search.folder.name}"),
        max_bytes=_most_bytes(),
    )
    return _noted(Recording(path, address, digest_of(path), is_fetched=True), search.folder)


def _most_bytes() -> int:
    return int(network_of_run()["max_recording_megabytes"]) * 1_000_000


def digest_of(path: Path) -> str:
    """The SHA-256 of a file. Raises EpiscribeError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EpiscribeError(f"{path} cannot be read: {error.strerror}") from error


def _check_length(recording: Recording, episode: Episode) -> None:
    from episcribe.net.media import check_duration

    if recording.is_fetched:
        check_duration(recording.path, episode.duration)


class _Told:
    """Says now and then how much of a recording has arrived."""

    def __init__(self, episode: str) -> None:
        self._episode = episode
        self._tell = Teller(episode, "transcript")
        self._last = time.monotonic()

    def __call__(self, done: int, total: int | None) -> None:
        if self._tell.is_heard:
            self._tell("fetching the recording", done, total)
            return
        if time.monotonic() - self._last < _BETWEEN_LINES:
            return
        self._last = time.monotonic()
        of = f" of {total / 1e6:.0f}" if total else ""
        say(f"{self._episode}: {done / 1e6:.0f}{of} MB of the recording are here")
