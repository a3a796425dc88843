"""Addresses in a feed that lies on this disk: files beside it, and nothing further up."""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from episcribe.library.episode import Enclosure, Episode

_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:")
_MOST_NAMED = 3


@dataclass(slots=True)
class Beside:
    """Resolves the addresses of one local feed, and keeps what it could not.

    `folder` is the feed's folder, `root` the working directory, both absolute. `absent` are the files that
    are named and not there, `refused` the addresses that lead out of the folder or that are no files.
    """

    folder: str
    root: str
    absent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def localise(self, items: Sequence[Episode]) -> list[Episode]:
        """The items with every local address as the path of a file.

        A transcript or chapters file that is not there is left out, so that another variant is taken.
        """
        return [self._localised(item) for item in items]

    def warnings(self) -> list[str]:
        """A line for each kind of address that could not be used."""
        lines = []
        if self.absent:
            lines.append(f"{_count(self.absent, 'file')} not found: {_some(self.absent)}")
        if self.refused:
            lines.append(
                f"{_count(self.refused, 'address', 'addresses')} refused, because a feed on disk may name "
                f"only files in its own folder: {_some(self.refused)}"
            )
        return lines

    def _localised(self, item: Episode) -> Episode:
        enclosures, keys = self._enclosures(item.enclosures)
        transcripts = tuple(
            replace(link, url=path) for link in item.transcripts if (path := self._existing(link.url))
        )
        chapters = item.chapters
        if chapters is not None:
            path = self._existing(chapters.url)
            chapters = replace(chapters, url=path) if path else None
        return replace(
            item,
            keys=(*item.keys, *keys),
            enclosures=tuple(enclosures),
            transcripts=transcripts,
            chapters=chapters,
        )

    def _enclosures(self, enclosures: Sequence[Enclosure]) -> tuple[list[Enclosure], list[str]]:
        kept, keys = [], []
        for enclosure in enclosures:
            path = self.path(enclosure.url)
            if path is None:
                continue
            if not _WEB.match(path):
                relative = os.path.relpath(path, self.folder)
                keys.append(f"enclosure:{unicodedata.normalize('NFC', relative)}")
                path = display_path(path, self.root)
            kept.append(replace(enclosure, url=path))
        return kept, keys

    def _existing(self, url: str) -> str | None:
        path = self.path(url)
        if path is None or _WEB.match(path):
            return path
        if os.path.isfile(path):  # noqa: PTH113
            return display_path(path, self.root)
        self.absent.append(path)
        return None

    def path(self, url: str) -> str | None:
        """A web address as it is, a file's address as an absolute path inside the folder, None when
        refused.
        """
        if _WEB.match(url):
            return url
        written = url
        if url[:5].lower() == "file:":
            try:
                parts = urlsplit(url)
            except ValueError:
                return self._refuse(url)
            if parts.netloc not in ("", "localhost"):
                return self._refuse(url)
            written = parts.path
        elif _SCHEME.match(url):
            return self._refuse(url)
        for candidate in _readings(written):
            path = os.path.normpath(os.path.join(self.folder, candidate))  # noqa: PTH118
            if "\0" in path or not self._is_inside(path):
                return self._refuse(url)
            if os.path.exists(path):  # noqa: PTH110
                return path
        return os.path.normpath(os.path.join(self.folder, _readings(written)[0]))  # noqa: PTH118

    def _is_inside(self, path: str) -> bool:
        folder = os.path.realpath(self.folder)
        return os.path.commonpath([os.path.realpath(path), folder]) == folder

    def _refuse(self, url: str) -> str | None:
        self.refused.append(url)
        return None


def display_path(path: str, root: str) -> str:
    """An absolute path relative to the folder `root` where it lies inside it, else as it is."""
    try:
        inside = os.path.commonpath([path, root]) == root
    except ValueError:
        inside = False
    return os.path.relpath(path, root) if inside else path


def _readings(written: str) -> list[str]:
    """The paths that an address may mean, the likeliest first: `a%20b.vtt?x` is `a b.vtt`, or just what it
    says.
    """
    plain = re.split(r"[?#]", written, maxsplit=1)[0]
    return list(dict.fromkeys([unquote(plain), plain, written]))


def _count(values: Sequence[str], noun: str, plural: str | None = None) -> str:
    return f"1 {noun}" if len(values) == 1 else f"{len(values)} {plural or noun + 's'}"


def _some(values: Sequence[str]) -> str:
    named = ", ".join(repr(value[:120]) for value in values[:_MOST_NAMED])
    return named if len(values) <= _MOST_NAMED else f"{named}, …"
