"""What was fetched for an episode, kept byte for byte in `source/` and never fetched twice."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from episcribe.library.compression import compressed_path, read_kept
from episcribe.library.errors import EpiscribeError
from episcribe.library.files import remove_left_over, write_atomically, write_if_changed
from episcribe.library.refresh import is_remote

if TYPE_CHECKING:
    from episcribe.net.client import Client

INDEX = "index.json"
_EXTENSIONS = {
    "text/vtt": "vtt",
    "application/srt": "srt",
    "application/x-subrip": "srt",
    "text/srt": "srt",
    "application/json": "json",
    "application/json+chapters": "json",
    "application/ttml+xml": "ttml",
    "text/html": "html",
    "text/plain": "txt",
}
_KNOWN = frozenset({*_EXTENSIONS.values(), "sbv", "json3", "srv1", "srv3", "md", "htm", "xml", "dfxp"})


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came: where from, the name it has in `source/`, its declared type, its bytes.

    `known` is what else was known of it when it was fetched.
    """

    url: str
    name: str
    type: str | None
    sha256: str
    data: bytes
    known: dict[str, Any] = field(default_factory=dict)


class Originals:
    """The originals of one episode; a context that closes its connections.

    With `anew` what is on the network and was refused as it came is fetched again.
    """

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        self._folder = folder
        self._anew = anew
        self._most_bytes = 0
        self._client: Client | None = None
        self._index: dict[str, dict[str, Any]] = _read_index(folder / INDEX)
        remove_left_over(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()

    def get(self, url: str, declared_type: str | None, role: str) -> Original:
        """The file at `url`, a URL or a local path: from `source/` when it is there, else fetched and kept.

        Raises EpiscribeError when it cannot be had.
        """
        if is_remote(url):
            was_refused = self._anew and self._index.get(url, {}).get("refused")
            kept = None if was_refused else self.kept(url)
            return kept or self._fetch(url, declared_type, role)
        try:
            data = Path(url).read_bytes()
        except OSError as error:
            if (kept := self.kept(url)) is not None:
                return kept
            raise EpiscribeError(f"{url} cannot be read: {error.strerror}") from error
        return self.keep(url, declared_type, data, role)

    def refuse(self, url: str) -> None:
        """Set down that what came from `url` is of no use."""
        record = self._index.get(url)
        if record is not None and not record.get("refused"):
            record["refused"] = True
            self._write_index()

    def try_to_get(self, url: str, role: str) -> Original | None:
        """The same for a file that the episode can do without; None when it cannot be had."""
        try:
            return self.get(url, None, role)
        except EpiscribeError:
            return None

    def kept(self, url: str) -> Original | None:
        """The file that was fetched from `url` before, None when there is none or it was tampered with."""
        record = self._index.get(url)
        if record is None:
            return None
        try:
            data = read_kept(self._folder / PurePosixPath(record["name"]).name)
        except OSError:
            return None
        if sha256(data).hexdigest() != record["sha256"]:
            return None
        return Original(
            url, record["name"], record.get("type"), record["sha256"], data, record.get("known") or {}
        )

    def get_page(self, url: str) -> Original:
        """The page at `url` as it is now and as robots.txt allows it; it is kept too.

        Raises EpiscribeError when it cannot be had.
        """
        return self._fetch(url, None, "page", robots=True)

    def kept_as(self, role: str) -> list[Original]:
        """The files that were kept in that role, in the order of their addresses."""
        urls = (url for url, record in sorted(self._index.items()) if record.get("role") == role)
        return [original for url in urls if (original := self.kept(url)) is not None]

    @property
    def client(self) -> "Client":
        """The client that fetches for the episode, made when it is first asked for."""
        if self._client is None:
            from episcribe.stages.network import network_of_run, open_client

            network = network_of_run()
            self._client = open_client(network, self._folder.parent.parent.parent)
            self._most_bytes = int(network["max_transcript_megabytes"]) * 1_000_000
        return self._client

    def _fetch(self, url: str, declared_type: str | None, role: str, *, robots: bool = False) -> Original:
        response = self.client.fetch(url, max_bytes=self._most_bytes, robots=robots)
        known = {} if response.url == url else {"url": response.url}
        return self.keep(url, declared_type or response.content_type, response.body, role, **known)

    def keep(self, url: str, declared_type: str | None, data: bytes, role: str, /, **known: Any) -> Original:
        """Write what was fetched from `url` into `source/`, with what else is known of it."""
        digest = sha256(data).hexdigest()
        place = sha256(url.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        name = f"{role}-{place}.{_extension(url, declared_type)}"
        write_if_changed(self._folder / name, data)
        compressed_path(self._folder / name).unlink(missing_ok=True)
        self._index[url] = {
            "name": name,
            "type": declared_type,
            "sha256": digest,
            "bytes": len(data),
            "role": role,
            **({"known": known} if known else {}),
        }
        self._write_index()
        return Original(url, name, declared_type, digest, data, known)

    def _write_index(self) -> None:
        text = json.dumps(self._index, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_atomically(self._folder / INDEX, text)


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    try:
        index = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return index if isinstance(index, dict) else {}


def _extension(url: str, declared_type: str | None) -> str:
    path = urlsplit(url).path if is_remote(url) else url
    extension = PurePosixPath(path).suffix.lower().removeprefix(".")
    if extension in _KNOWN:
        return extension
    return _EXTENSIONS.get((declared_type or "").partition(";")[0].strip().lower(), "bin")
