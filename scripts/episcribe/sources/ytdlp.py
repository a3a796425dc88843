"""yt-dlp as a part of Episcribe: its extractors and downloaders over our own client.

Nothing of it reads configuration files, writes caches or cookies, shows progress or reaches the network by
itself. Cookies come from the file that EPISCRIBE_YOUTUBE_COOKIES names, if any, and stay there.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from episcribe.library.errors import ConfigurationError, EpiscribeError, FailureKind
from episcribe.sources.ytdlp_problems import Obstacle, YtdlpProblem, problem_of, stumble_of

if TYPE_CHECKING:
    from episcribe.net.client import Client
    from episcribe.sources.ytdlp_handler import Evidence

__all__ = [
    "COOKIES",
    "Obstacle",
    "Session",
    "YtdlpProblem",
    "download_audio",
    "extract",
    "over_slots",
    "runtime",
]

COOKIES = "EPISCRIBE_YOUTUBE_COOKIES"
YOUTUBE = ("Youtube", "YoutubeTab", "YoutubePlaylist")
Progress = Callable[[int, int | None], None]
T = TypeVar("T")

_MOST_ENTRIES = 50_000
# What yt-dlp itself fetches; for others it starts programs, which would ask any address there is.
_BY_US = "[protocol~='^(?:https?|m3u8|m3u8_native|http_dash_segments)$']"


class Session:
    """One extraction by yt-dlp, over one network slot; a context manager.

    `extractors` names those that may be used (all but plugins from the working directory when empty),
    `arguments` are yt-dlp's extractor arguments, `options` further parameters of YoutubeDL.
    """

    def __init__(
        self,
        client: "Client",
        *,
        extractors: Sequence[str] = (),
        arguments: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        options: Mapping[str, Any] | None = None,
        max_bytes: int | None = None,
    ) -> None:
        _without_plugins_of_the_working_directory()
        from episcribe.sources import ytdlp_handler

        self.evidence = ytdlp_handler.Evidence()
        parameters = {
            **_parameters(client, self.evidence),
            "extractor_args": {
                site: {name: list(values) for name, values in found.items()}
                for site, found in (arguments or {}).items()
            },
            **(options or {}),
        }
        self._client = client
        self._slot = client.on_one_slot()
        self._ydl = ytdlp_handler.QuietYoutubeDL(parameters, client, self.evidence, max_bytes=max_bytes)
        for name in extractors:
            self._ydl.get_info_extractor(name)
        if not extractors:
            self._ydl.add_default_info_extractors()

    def __enter__(self) -> Self:
        self._slot.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._ydl.close()
        finally:
            self._slot.__exit__(kind, error, trace)

    def info(self, url: str, *, process: bool = False) -> dict[str, Any]:
        """What yt-dlp knows of `url`: its info dict, raw unless `process`. Raises YtdlpProblem."""
        return self._told_apart(url, lambda: self._ydl.extract_info(url, download=False, process=process))

    def entries(self, info: Mapping[str, Any], url: str) -> Iterator[dict[str, Any]]:
        """The entries of a playlist, page after page as they are asked for. Raises YtdlpProblem."""
        found = iter(info.get("entries") or ())
        for _ in range(_MOST_ENTRIES):
            entry = self._told_apart(url, lambda: next(found, {}))
            if not entry:
                return
            yield entry

    def download(self, info: Mapping[str, Any]) -> dict[str, Any]:
        """Download what a processed info dict describes; the dict as it is then. Raises YtdlpProblem."""
        self.evidence.wants_recordings = True
        url = str(info.get("webpage_url") or info.get("id"))
        return self._told_apart(url, lambda: self._ydl.process_ie_result(dict(info), download=True))

    def _told_apart(self, url: str, step: Callable[[], Any]) -> dict[str, Any]:
        from yt_dlp.utils import YoutubeDLError

        try:
            result = step()
        except (YoutubeDLError, EpiscribeError) as error:
            seen = self.evidence
            problem = problem_of(error, url, messages=seen.messages, failures=seen.failures)
            if problem.obstacle is Obstacle.BLOCKED and not seen.is_blocked:
                # A page that was sent with success, which only yt-dlp sees through.
                problem.until = self._client.leave_in_peace(url, "asks for a proof that a person is there")
            raise problem from error
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError) as error:
            raise stumble_of(
                error, url, failures=self.evidence.failures, downloading=self.evidence.wants_recordings
            ) from error
        return result if isinstance(result, dict) else {}


def over_slots(client: "Client", attempt: Callable[[], T]) -> T:
    """What `attempt` gives, tried again over another network slot where a site blocked this one.

    An extraction stays on one slot, as its answers are tied to an address; another one may do. Raises
    YtdlpProblem, the last one.
    """
    left = len(client.settings.slots)
    while True:
        left -= 1
        try:
            return attempt()
        except YtdlpProblem as problem:
            if problem.obstacle is not Obstacle.BLOCKED or left <= 0:
                raise


def extract(url: str, *, client: "Client", flat: bool = False) -> dict[str, Any]:
    """The info dict of any page or media address that yt-dlp understands, ready for JSON.

    With `flat` the entries of a playlist are named, not extracted. Raises YtdlpProblem; its kind is `none`
    for what yt-dlp knows nothing about.
    """
    options = {"extract_flat": "in_playlist"} if flat else {}

    def attempt() -> dict[str, Any]:
        with Session(client, options=options) as session:
            info = session.info(url, process=True)
            from yt_dlp import YoutubeDL

            plain: dict[str, Any] = YoutubeDL.sanitize_info(info, remove_private_keys=True)
            return plain

    return over_slots(client, attempt)


def download_audio(
    url: str,
    folder: Path,
    *,
    client: "Client",
    progress: Progress | None = None,
    max_bytes: int = 4_000_000_000,
    name: str = "audio",
) -> Path:
    """Download the best audio of `url` as `<folder>/<name>.<ext>`; the path of the file.

    A download that was cut off goes on where it stopped. `progress` is told the bytes that are there and
    those there will be, as far as that is known. Raises YtdlpProblem, also for what is no recording.
    """

    def hook(status: Mapping[str, Any]) -> None:
        if progress is not None:
            progress(int(status.get("downloaded_bytes") or 0), status.get("total_bytes"))

    options = {
        "format": f"bestaudio{_BY_US}/best{_BY_US}",
        "outtmpl": {"default": f"{name}.%(ext)s"},
        "paths": {"home": str(folder)},
        "progress_hooks": [hook],
        "ignore_no_formats_error": False,
        "writesubtitles": False,
        "noplaylist": True,
        "max_filesize": max_bytes,
    }

    def attempt() -> dict[str, Any]:
        with Session(client, options=options, max_bytes=max_bytes) as session:
            return session.download(session.info(url, process=True))

    try:
        done = over_slots(client, attempt)
    except YtdlpProblem as problem:
        if problem.kind is FailureKind.PERMANENT:
            _discard_parts(folder, name)
        raise
    files = [
        Path(found["filepath"]) for found in done.get("requested_downloads") or () if "filepath" in found
    ]
    if len(files) != 1 or not files[0].is_file():
        message = f"{url}: no recording of at most {max_bytes} bytes to be had"
        raise YtdlpProblem(message, Obstacle.OTHER, FailureKind.PERMANENT)
    _check_recording(files[0], url)
    return files[0]


def _discard_parts(folder: Path, name: str) -> None:
    """Delete what a download that nobody will go on with has left."""
    for path in folder.glob(f"{name}.*"):
        if path.suffix in (".part", ".ytdl") or ".part-Frag" in path.name:
            path.unlink(missing_ok=True)


def _check_recording(path: Path, url: str) -> None:
    from episcribe.net.media import ENOUGH, sniff_media

    with path.open("rb") as file:
        if sniff_media(file.read(ENOUGH)) is not None:
            return
    path.unlink()
    raise YtdlpProblem(f"{url}: what was sent is no recording", Obstacle.OTHER)


def runtime() -> Path | None:
    """The JavaScript runtime that yt-dlp needs for YouTube: the `deno` that is installed beside us."""
    try:
        return Path(import_module("deno").find_deno_bin())
    except (ImportError, FileNotFoundError):
        beside = Path(sys.executable).with_name("deno")
        return beside if beside.is_file() else None


def _parameters(client: "Client", evidence: "Evidence") -> dict[str, Any]:
    """What every YoutubeDL of ours is told."""
    settings = client.settings
    deno = runtime()

    def pause(n: int) -> float:
        return 0.0 if evidence.is_blocked else min(settings.backoff * 2.0**n, settings.longest_wait)

    return {
        "quiet": True,
        "noprogress": True,
        "color": "never",
        "cachedir": False,
        "cookiefile": _cookies(),
        "js_runtimes": {"deno": {"path": str(deno)} if deno else {}},
        "remote_components": (),
        "geo_bypass": False,
        "skip_download": False,
        "ignore_no_formats_error": True,
        "writesubtitles": True,  # else yt-dlp keeps it to itself when it leaves captions out
        "fixup": "never",
        "updatetime": False,
        "hls_prefer_native": True,
        "skip_unavailable_fragments": False,  # a recording with holes would count as whole
        "retries": settings.attempts - 1,
        "fragment_retries": settings.attempts - 1,
        "extractor_retries": settings.attempts - 1,
        "retry_sleep_functions": dict.fromkeys(("http", "fragment", "extractor"), pause),
        "socket_timeout": settings.timeout,
    }


def _cookies() -> str | None:
    path = os.environ.get(COOKIES)
    if not path:
        return None
    if not os.access(path, os.R_OK):
        raise ConfigurationError(f"{COOKIES} names a file that cannot be read; expected cookies.txt")
    return path


def _without_plugins_of_the_working_directory() -> None:
    """Let yt-dlp look for plugins only where packages are installed, never where we happen to run."""
    from yt_dlp.globals import all_plugins_loaded, plugin_dirs

    if all_plugins_loaded.value or plugin_dirs.value != ["default"]:
        return
    import site

    # yt-dlp looks one level below the folders that it is given.
    above = dict.fromkeys(str(Path(folder).parent) for folder in site.getsitepackages())
    plugin_dirs.value = [folder for folder in above if Path(folder).is_dir()]
