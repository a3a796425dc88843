"""An item of archive.org as its metadata tells it, and what is kept of that from one run to the next."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.library.files import write_atomically
from episcribe.sources.archive.formats import ItemFile, is_recording, transcript_type

_VERSION = 1
_KEPT = frozenset(
    "identifier title creator date year publicdate addeddate description subject language licenseurl "
    "mediatype collection runtime access-restricted-item".split()
)
_KEPT_OF_FILES = frozenset("name format original size length md5 sha1 title track private".split())
_LONGEST_FILE_NAME = 1000
# Halves of characters, which JSON can hold and no file can, and controls.
_NO_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_HALVES = re.compile("[\ud800-\udfff]")
_MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """One item: `metadata` as archive.org has it, whose values are texts or lists of them.

    `files` are its recordings and what may be transcripts. `is_dark` is one that was withdrawn;
    `is_restricted` one that can be listened to on the site, or borrowed, but not downloaded.
    """

    identifier: str
    metadata: Mapping[str, Any]
    files: tuple[ItemFile, ...] = ()
    is_dark: bool = False
    is_restricted: bool = False

    @property
    def is_collection(self) -> bool:
        """True for what holds other items."""
        return self.text("mediatype") == "collection"

    def text(self, name: str) -> str | None:
        """The first text of a field, on one line; None when it has none."""
        return next(iter(self.texts(name)), None)

    def texts(self, name: str) -> list[str]:
        """All texts of a field, each on one line."""
        return texts_of(self.metadata.get(name))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cache has of an item: its data as `slim` gives it, the list's `mark` of that version, and when
    it was fetched (seconds since the epoch).
    """

    data: Mapping[str, Any]
    mark: str | None = None
    fetched: float = 0.0


def texts_of(value: object) -> list[str]:
    """The texts in a field that is a text or a list of texts, each on one line, without empty ones."""
    values = value if isinstance(value, list) else [value]
    lines = (
        " ".join(whole(str(one)).split())
        for one in values
        if isinstance(one, (str, int, float)) and not isinstance(one, bool)
    )
    return [line for line in lines if line]


def whole(text: str) -> str:
    """The text without halves of characters."""
    return _HALVES.sub("\ufffd", text)


def item_of(data: Mapping[str, Any], identifier: str) -> Item:
    """The item that an answer of the metadata API describes, whatever is missing or oddly shaped in it."""
    found = data.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    files = tuple(file for entry in _entries(data) if (file := _file(entry)) is not None)
    return Item(
        identifier=identifier,
        metadata=metadata,
        files=files,
        is_dark=_is_true(data.get("is_dark")),
        is_restricted=_is_restricted(data, metadata),
    )


def slim(data: Mapping[str, Any]) -> dict[str, Any]:
    """What of an answer of the metadata API is needed, in the same shape."""
    found = data.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    files = []
    for entry in _entries(data):
        file = _file(entry)
        if file and (is_recording(file) or transcript_type(file)):
            files.append({name: entry[name] for name in sorted(_KEPT_OF_FILES & entry.keys())})
    flags = {name: True for name in ("is_dark", "nodownload") if _is_true(data.get(name))}
    return {
        **flags,
        "metadata": {name: metadata[name] for name in sorted(_KEPT & metadata.keys())},
        "files": files,
    }


def read_kept(cache: Path, identifier: str) -> Kept | None:
    """What the cache has of an item, None when it has nothing that can be read."""
    try:
        kept = json.loads((cache / f"{identifier}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or (kept.get("version"), kept.get("identifier")) != (_VERSION, identifier):
        return None
    data, mark, fetched = (kept.get(name) for name in ("item", "mark", "fetched"))
    if not isinstance(data, dict) or not isinstance(fetched, (int, float)):
        return None
    return Kept(data, mark if isinstance(mark, str) else None, fetched)


def keep(cache: Path, identifier: str, data: Mapping[str, Any], *, mark: str | None, now: float) -> None:
    """Write an item's data (as `slim` gives it) to the cache. Raises OSError."""
    content = {
        "version": _VERSION,
        "identifier": identifier,
        "mark": mark,
        "fetched": int(now),
        "item": data,
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    write_atomically(cache / f"{identifier}.json", text.encode("utf-8", "replace"))


def _entries(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    files = data.get("files")
    return (
        [entry for entry in files[:_MOST_FILES] if isinstance(entry, dict)] if isinstance(files, list) else []
    )


def _file(entry: Mapping[str, Any]) -> ItemFile | None:
    name = entry.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_FILE_NAME or _NO_NAME.search(name):
        return None
    if any(part in ("", ".", "..") for part in name.split("/")):
        return None

    def field(key: str) -> str | None:
        return next(iter(texts_of(entry.get(key))), None)

    size = field("size")
    return ItemFile(
        name=name,
        format=field("format") or "",
        original=field("original"),
        size=int(size) if size and size.isdecimal() and len(size) < 16 else None,
        length=field("length"),
        md5=_digest(field("md5"), 32),
        sha1=_digest(field("sha1"), 40),
        title=field("title"),
        track=field("track"),
        is_private=_is_true(entry.get("private")),
    )


def _digest(text: str | None, length: int) -> str | None:
    lower = (text or "").lower()
    return lower if len(lower) == length and set(lower) <= set("0123456789abcdef") else None


def _is_restricted(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    """Lending and listening on the site only: https://archive.org/developers/metadata-schema/"""
    return (
        _is_true(data.get("nodownload"))
        or _is_true(metadata.get("access-restricted-item"))
        or "stream_only" in texts_of(metadata.get("collection"))
    )


def _is_true(value: object) -> bool:
    return value is True or str(value).lower() in ("true", "1")
