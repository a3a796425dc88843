"""When the sources are to be read again: decided from files alone, without a look at the network.

`discovery.json` holds, under `shows`, a record for each source of a show that is read and for each list of
feeds:

    kind          "feed", "opml", "files", "youtube", "archive" or "urls"
    origin        id of the configured show; the record's own key, but for shows that a list of feeds
    expands to, and for the second and later sources of a show (`show+kind`)
    title, subject
    source        its address, without what is secret in it (`library.addresses`)
    digest        where something is: of the whole address, to notice that it is another
    etag, last_modified   what the server gave, to ask whether anything has changed
    checked_at    the last time it was read or tried, UTC
    items         how many items it listed when it was last read
    fingerprint   of a local source: size and mtime of a file, a digest of the paths that match a glob
    absent        local files that it names and that were not there
    feeds         of a list: the URL and the show of each feed; the URL whole, as it is needed to read it
    error         null, or {kind, message, at} when the last try failed, with `until` where it is known
    when a source that wants rest may be asked again
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from episcribe.library.addresses import address_digest, public_address
from episcribe.library.contributions import has_listed
from episcribe.library.globbing import listing_digest
from episcribe.library.layout import CATALOGUE

VERSION = 1
_BLOCKED_REST = 3600.0
_LONGEST_REST = 7 * 86400.0
_MISSING = "missing"
_ONLINE = frozenset(("youtube", "archive"))

Record = dict[str, Any]


class ConfiguredSource(Protocol):
    """A source as the configuration names it."""

    @property
    def kind(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def name(self) -> str: ...


class ConfiguredShow(Protocol):
    """A show as the configuration names it."""

    @property
    def sources(self) -> Sequence[ConfiguredSource]: ...


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


def not_read(state: Mapping[str, Any], show: str | None = None) -> dict[str, Record]:
    """The records of the sources, all or those of a configured show, that could not be read the last time."""
    return {
        name: record
        for name, record in state.get("shows", {}).items()
        if isinstance(record.get("error"), dict) and show in (None, name, record.get("origin", name))
    }


def end_rest(record: Record, now: float) -> None:
    """Have a source that wants rest read by the next run."""
    earliest = _seconds(record.get("checked_at")) + 1.0
    record["error"] = {**record["error"], "until": utc_text(max(now, earliest))}


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
    is on the network and was last tried `refresh_seconds` ago, when the last try failed for a passing reason
    (at once) or because the server wanted rest (when the rest is over), when its file or the files that it
    matches have changed, when a file that it names has appeared, or when what it listed is not known any more
    where it is one of several sources of a show.
    """
    records: Mapping[str, Record] = state.get("shows", {})
    has_catalogue = (library / CATALOGUE).exists()
    due: dict[str, str] = {}

    def consider(name: str, kind: str, address: str, reason: str | None = None) -> None:
        reason = reason if has_catalogue else "there is no catalogue"
        reason = reason or _why(records.get(name), kind, address, now, refresh_seconds)
        if reason:
            due[name] = reason

    for show in shows:
        for source in show.sources:
            record = records.get(source.name, {})
            was_read = record.get("items") is not None and not record.get("error")
            is_lost = len(show.sources) > 1 and was_read and not has_listed(library, source.name)
            lost = "what it listed is not known any more" if is_lost else None
            consider(source.name, source.kind, source.address, lost)
            if source.kind == "opml":
                for feed in _feeds(records.get(source.name, {})):
                    consider(str(feed.get("show")), "feed", str(feed.get("url")))
    return due


def fingerprint(kind: str, source: str) -> str | None:
    """What tells that a local source has changed; None for one that is elsewhere."""
    if kind in _ONLINE or is_remote(source):
        return None
    if kind == "files":
        return listing_digest(source)
    try:
        status = os.stat(source)  # noqa: PTH116
    except OSError:
        return _MISSING
    return f"{status.st_size}:{status.st_mtime_ns}"


def is_remote(source: str) -> bool:
    """True for a web address."""
    return source[:8].lower().startswith(("http://", "https://"))


def is_networked(kind: str, source: str) -> bool:
    """True for a source that is read over the network; a list of addresses leads there, wherever it lies."""
    return kind in _ONLINE or kind == "urls" or is_remote(source)


def utc_text(seconds: float) -> str:
    """A moment as UTC in ISO 8601, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def address_in_record(source: str) -> dict[str, str]:
    """The fields of a record that name the source's address."""
    digest = address_digest(source)
    fields = {"source": public_address(source)}
    return fields if digest is None else {**fields, "digest": digest}


def is_record_of(record: Mapping[str, Any], source: str) -> bool:
    """True when the record is that of a source at this address."""
    return record.get("source") == public_address(source) and record.get("digest") == address_digest(source)


def _why(record: Record | None, kind: str, source: str, now: float, refresh_seconds: float) -> str | None:
    if record is None:
        return "it was not read yet"
    if not is_record_of(record, source) or record.get("kind") != kind:
        return "its source is another"
    error = record.get("error")
    failed = error if isinstance(error, dict) else {}
    if failed and failed.get("kind") != "blocked":
        return "it could not be read the last time"
    local = None if is_remote(source) else _why_local(record, kind, source)
    if local or not is_networked(kind, source):
        return local
    return _why_now(record, failed, now, refresh_seconds)


def _why_now(record: Record, failed: Mapping[str, Any], now: float, refresh_seconds: float) -> str | None:
    checked = _seconds(record.get("checked_at"))
    rest = refresh_seconds
    if failed:
        until = _seconds(failed.get("until")) - checked
        rest = min(until, _LONGEST_REST) if until > 0 else min(refresh_seconds, _BLOCKED_REST)
    age = now - checked
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
