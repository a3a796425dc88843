"""What the files in an episode's folder show."""

import os
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from episcribe.library.layout import EPISODE, STAGES, STATE
from episcribe.library.plain_yaml import NotPlainError, from_yaml

BROADCAST = "broadcast.yaml"
TRANSCRIPT = "transcript.txt"
VIDEO = "video.mp4"
_AUDIO = "audio."
_UNDER_WAY = (".part", ".part.json")
_OWN = frozenset(
    (EPISODE, BROADCAST, VIDEO, *(p for stage in STAGES.values() for p in stage.products if p != STATE))
)
_DESCRIBING = frozenset(("enclosures", "transcripts", "link", "keys", "duration"))
_YOUTUBE = ("video_id", "scheduled_date", "published_date")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files that are there, and what they say: names with sizes in bytes, and the fields of state.yaml
    that come from files alone.
    """

    sizes: Mapping[str, int]
    files: dict[str, str | None]
    youtube: dict[str, Any]
    archive_identifier: str | None
    duration: float | None

    def has_all(self, products: Iterable[str]) -> bool:
        """True when all `products` are there: names, `name.*`, or `broadcast.yaml#key`."""
        return all(self._has(product) for product in products)

    def size_of(self, product: str) -> int | None:
        """The size in bytes of a file, or of the first that matches `name.*`."""
        name = self._name(product)
        return None if name is None else self.sizes[name]

    def _has(self, product: str) -> bool:
        _, sign, key = product.partition("#")
        return self.youtube.get(key) is not None if sign else self._name(product) is not None

    def _name(self, product: str) -> str | None:
        if product.endswith(".*"):
            return next((name for name in self.sizes if name.startswith(product[:-1])), None)
        return product if product in self.sizes else None


def look(folder: Path) -> Evidence:
    """What the files in `folder` show; one that cannot be read shows nothing."""
    sizes = _sizes(folder)
    described = _values(f"{folder}/{EPISODE}", _DESCRIBING)
    broadcast = _values(f"{folder}/{BROADCAST}") if BROADCAST in sizes else {}
    audio = next((name for name in sizes if name.startswith(_AUDIO)), None)
    playlists = broadcast.get("playlist_ids")
    return Evidence(
        sizes,
        {
            "source_url": _source(described),
            "audio_file": audio,
            "video_file": VIDEO if VIDEO in sizes else None,
            "transcript_file": TRANSCRIPT if TRANSCRIPT in sizes else None,
        },
        {
            **{key: broadcast.get(key) for key in _YOUTUBE},
            "playlist_ids": playlists if isinstance(playlists, list) else [],
        },
        _archive_item(described),
        described["duration"] if isinstance(described.get("duration"), (int, float)) else None,
    )


def _sizes(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                is_audio = name.startswith(_AUDIO) and not name.endswith(_UNDER_WAY)
                if (name in _OWN or is_audio) and entry.is_file():
                    sizes[entry.name] = entry.stat().st_size
    except OSError:
        return {}
    return dict(sorted(sizes.items()))


def _values(path: str, only: Container[str] | None = None) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - for ten thousand episodes one after the other
            return from_yaml(file.read().decode("utf-8"), only)
    except (OSError, UnicodeDecodeError, NotPlainError, RecursionError):
        return _edited(path)


def _edited(path: str) -> dict[str, Any]:
    """A file that was edited by hand, and may hold any YAML."""
    import yaml

    try:
        values = yaml.safe_load(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return values if isinstance(values, dict) else {}


def _source(described: Mapping[str, Any]) -> str | None:
    """Where the recording is to be had, else the episode's page, else its transcript."""
    for name in ("enclosures", "transcripts"):
        items = described.get(name)
        first = items[0] if isinstance(items, list) and items else None
        url = first.get("url") if isinstance(first, dict) else None
        if isinstance(url, str):
            return url
        if name == "enclosures" and isinstance(described.get("link"), str):
            return str(described["link"])
    return None


def _archive_item(described: Mapping[str, Any]) -> str | None:
    """The item on archive.org: what comes before the file in `archive:ITEM/FILE`."""
    keys = described.get("keys")
    for key in keys if isinstance(keys, list) else ():
        if isinstance(key, str) and key.startswith("archive:"):
            return key.removeprefix("archive:").partition("/")[0]
    return None
