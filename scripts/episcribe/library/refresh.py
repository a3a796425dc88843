"""When the sources are to be read again: decided from files alone, without a look at the network.

`discovery.json` holds, under `shows`, a record for each show that is read and for each list of feeds:

    kind          "feed", "files" or "opml"
    origin        id of the configured show; the record's own key, but for shows that a list of feeds
    expands to title, subject, source
    etag, last_modified   what the server gave, to ask whether anything has changed
    checked_at    the last time it was read or tried, UTC
    items         how many items it listed when it was last read
    fingerprint   of a local source: size and mtime of a file, a digest of the paths that match a glob
    absent        local files that it names and that were not there
    feeds         of a list: the URL and the show of each feed
    error         null, or {kind, message, at} when the last try failed
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from episcribe.library.globbing import listing_digest
from episcribe.library.layout import CATALOGUE

VERSION = 1
_BLOCKED_REST = 3600.0
_MISSING = "missing"

Record = dict[str, Any]


class ConfiguredShow(Protocol):
    """A show as the configuration names it."""

    @property
    def id(self) -> str: ...
    @property
    def source_kind(self) -> str: ...
    @property
    def source(self) -> str: ...


def read_discovery(path: Path) -> dict[str, Any]:
    """What the last refresh left, `{"version": 1, "shows": {…}}`; without shows when there is nothing of
    use.
    """
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        state = None
    if not isinstance(state, dict) or state.get("version") != VERSION:
        return {"version": VERSION, "shows": {}}
    shows = state.get("shows")
    kept = shows if isinstance(shows, dict) else {}
    return {**state, "shows": {name: record for name, record in kept.items() if isinstance(record, dict)}}


def write_discovery(path: Path, state: Mapping[str, Any]) -> None:
    """Write `discovery.json` atomically."""
    from episcribe.library.files import write_if_changed

    write_if_changed(path, json.dumps(state, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n")


def refresh_due(
    shows: Sequence[ConfiguredShow],
    state: Mapping[str, Any],
    library: Path,
    now: float,
    refresh_seconds: float,
) -> list[str]:
    """Why sources are to be read again, a line for each that is; empty when none is.

    `now` is in seconds since the epoch.
    """
    due = due_sources(shows, state, library, now, refresh_seconds)
    return [f"{name}: {reason}" for name, reason in due.items()]


def due_sources(
    shows: Sequence[ConfiguredShow],
    state: Mapping[str, Any],
    library: Path,
    now: float,
    refresh_seconds: float,
) -> dict[str, str]:
    """The records to be made anew, by key, and why.

    A source is due when there is no catalogue or no record of it, when it is another than it was, when it
    is remote and was last tried `refresh_seconds` ago, when the last try failed for a passing reason (at
    once) or because the server wanted rest (after an hour at most), when its file or the files that it
    matches have changed, or when a file that it names has appeared.
    """
    records: Mapping[str, Record] = state.get("shows", {})
    has_catalogue = (library / CATALOGUE).exists()
    due: dict[str, str] = {}
    for show in shows:
        own = records.get(show.id)
        reason = None if has_catalogue else "there is no catalogue"
        reason = reason or _why(own, show.source_kind, show.source, now, refresh_seconds)
        if reason:
            due[show.id] = reason
        if show.source_kind == "opml" and own is not None:
            for feed in _feeds(own):
                name, url = str(feed.get("show")), str(feed.get("url"))
                reason = None if has_catalogue else "there is no catalogue"
                reason = reason or _why(records.get(name), "feed", url, now, refresh_seconds)
                if reason:
                    due[name] = reason
    return due


def fingerprint(kind: str, source: str) -> str | None:
    """What tells that a local source has changed; None for a remote one."""
    if is_remote(source):
        return None
    if kind == "files":
        return listing_digest(source)
    try:
        status = os.stat(source)  # noqa: PTH116
    except OSError:
        return _MISSING
    return f"{status.st_size}:{status.st_mtime_ns}"


def is_remote(source: str) -> bool:
    """True for what is fetched over the network."""
    return source[:8].lower().startswith(("http://", "https://"))


def utc_text(seconds: float) -> str:
    """A moment as UTC in ISO 8601, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _why(record: Record | None, kind: str, source: str, now: float, refresh_seconds: float) -> str | None:
    if record is None:
        return "it was not read yet"
    if record.get("source") != source or record.get("kind") != kind:
        return "its source is another"
    error = record.get("error")
    failure = error.get("kind") if isinstance(error, dict) else None
    if failure and failure != "blocked":
        return "it could not be read the last time"
    if not is_remote(source):
        return _why_local(record, kind, source)
    age = now - _seconds(record.get("checked_at"))
    rest = min(refresh_seconds, _BLOCKED_REST) if failure == "blocked" else refresh_seconds
    if age > rest:
        return f"it was last read {_span(age)} ago"
    # A clock that was set back must not keep a source from being read until it has caught up.
    return "it was last read in the future" if age < -60 else None


def _why_local(record: Record, kind: str, source: str) -> str | None:
    if record.get("fingerprint") != fingerprint(kind, source):
        return "its files have changed" if kind == "files" else "its file has changed"
    if any(os.path.exists(str(path)) for path in _list(record.get("absent"))):  # noqa: PTH110
        return "a file that it names has appeared"
    return None


def _feeds(record: Record) -> Iterable[Mapping[str, Any]]:
    return (feed for feed in _list(record.get("feeds")) if isinstance(feed, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _seconds(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _span(seconds: float) -> str:
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"
