"""What was read at an address, kept for a month: a page that nobody changes need not be fetched every day."""

import json
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from episcribe.library.episode import Episode, episode_from_dict, episode_to_dict
from episcribe.library.files import write_if_changed

_GOOD_FOR = 30 * 86400.0
_VERSION = 1


class Kept(NamedTuple):
    """The episodes that were at an address, and whether they are still to be believed."""

    items: list[Episode]
    is_fresh: bool


def read_kept(cache: Path, address: str, now: float) -> Kept | None:
    """What is kept of `address`; None when there is nothing of use. `now` is in seconds since the epoch."""
    try:
        kept = json.loads(_path(cache, address).read_bytes())
        if kept["version"] != _VERSION or kept["address"] != address:
            return None
        items = [episode_from_dict(item) for item in kept["items"]]
        return Kept(items, 0 <= now - float(kept["read_at"]) < _GOOD_FOR)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def write_kept(cache: Path, address: str, items: list[Episode], now: float) -> None:
    """Keep what was read at `address`."""
    found = [episode_to_dict(item) for item in items]
    content = {"version": _VERSION, "address": address, "read_at": now, "items": found}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_if_changed(_path(cache, address), text.encode("utf-8", "replace") + b"\n")


def _path(cache: Path, address: str) -> Path:
    return cache / f"{sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.json"
