"""The catalogue: every episode ever seen, one line each, light enough to be read whenever a Snakefile is
parsed.
"""

import gc
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

REJECTED = "catalog.rejected.jsonl"
_THREE_NAMES = re.compile(r"(?:(?:^|/)[^./\\\x00][^/\\\x00]*){3}")


class CatalogueEntry(NamedTuple):
    """One episode as the catalogue knows it.

    `show` and `folder` name its place in the library, `origin` is the id of the configured show that it
    comes from (another than `show` where a list of feeds expands to several). `transcripts` are the fields of
    its TranscriptLinks, `local` the transcripts on this disk that decide it, else its recordings there (but
    for those with braces in their names, which cannot be a job's input). `more` is the rest of what a
    minimal `episode.yaml` needs; `digest` tells whether what the source says has changed.
    """

    show: str
    folder: str
    id: str
    title: str
    origin: str
    published: str | None = None
    duration: float | None = None
    keys: Sequence[str] = ()
    transcripts: Sequence[Mapping[str, Any]] = ()
    local: Sequence[str] = ()
    more: Mapping[str, Any] | None = None
    digest: str = ""


class RejectedLine(NamedTuple):
    """A line of the catalogue that is no entry: its number from 1, its bytes, and what is wrong with it."""

    number: int
    content: bytes
    reason: str


class Catalogue(NamedTuple):
    """The entries of a catalogue in the order of its lines, and the lines that could not be used."""

    entries: list[CatalogueEntry]
    rejected: list[RejectedLine]


def read_catalogue(path: Path) -> list[CatalogueEntry]:
    """The entries of the catalogue at `path`, [] when there is none; lines that are torn or bad are passed
    over.
    """
    return load_catalogue(path).entries


def load_catalogue(path: Path) -> Catalogue:
    """The entries of the catalogue at `path` and the lines that are none: torn, not JSON, incomplete,
    double.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Catalogue([], [])
    # Ten thousand lines are a hundred thousand objects, among which the collector would look for garbage in
    # vain.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _load(data)
    finally:
        if collects:
            gc.enable()


def _load(data: bytes) -> Catalogue:
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    entries: list[CatalogueEntry] = []
    rejected: list[RejectedLine] = []
    seen: set[tuple[str, str]] = set()
    for (number, line), value in zip(lines, _parse([line for _, line in lines]), strict=True):
        entry = _entry(value)
        if entry is None:
            rejected.append(RejectedLine(number, line, "torn, or not an entry"))
        elif (entry.show, entry.folder) in seen:
            rejected.append(RejectedLine(number, line, "names an episode a second time"))
        else:
            seen.add((entry.show, entry.folder))
            entries.append(entry)
    return Catalogue(entries, rejected)


def identification(entry: CatalogueEntry) -> dict[str, Any]:
    """What state.yaml says first: which episode this is."""
    guid = next((key.removeprefix("guid:") for key in entry.keys if str(key).startswith("guid:")), None)
    return {
        "episode_id": entry.id,
        "show": entry.show,
        "title": entry.title,
        "date": entry.published,
        "guid": guid,
    }


def find_entry(path: Path, show: str, folder: str) -> CatalogueEntry | None:
    """The entry of one episode in the catalogue at `path`, None when there is none. Parses no other line."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    name = json.dumps(folder, ensure_ascii=False).encode("utf-8", "replace")
    at = data.find(name)
    while at >= 0:
        begin, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        entry = _entry(_parse_line(data[begin : end if end >= 0 else len(data)]))
        if entry is not None and (entry.show, entry.folder) == (show, folder):
            return entry
        at = data.find(name, at + 1)
    return None


def write_catalogue(path: Path, entries: Iterable[CatalogueEntry]) -> bool:
    """Write the catalogue atomically unless it holds these bytes already; True when it was written."""
    from episcribe.library.files import write_if_changed

    text = "".join(f"{_line(entry)}\n" for entry in entries)
    return write_if_changed(path, text.encode("utf-8", "replace"))


def set_aside(path: Path, rejected: Sequence[RejectedLine]) -> Path:
    """Keep lines of the catalogue at `path` that cannot be used in `catalog.rejected.jsonl` beside it.

    Lines that stand there already are not added again. Returns that file.
    """
    from episcribe.library.files import write_if_changed

    target = path.with_name(REJECTED)
    kept = target.read_bytes() if target.exists() else b""
    known = set(kept.split(b"\n"))
    added = [line.content for line in rejected if line.content not in known]
    if added:
        write_if_changed(target, b"".join([kept, *(line + b"\n" for line in added)]))
    return target


def _parse(lines: Sequence[bytes]) -> list[Any]:
    """The JSON of each line, None for one that is not JSON."""
    try:
        # One call for all of them takes half the time; two torn lines can look like one whole.
        values = json.loads(b"[" + b",".join(lines) + b"]")
        if len(values) == len(lines):
            return list(values)
    except (ValueError, RecursionError):
        pass
    return [_parse_line(line) for line in lines]


def _parse_line(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _entry(value: Any) -> CatalogueEntry | None:
    if not isinstance(value, dict):
        return None
    try:
        entry = CatalogueEntry(**value)
    except TypeError:
        known = {name: content for name, content in value.items() if name in CatalogueEntry._fields}
        try:
            entry = CatalogueEntry(**known)
        except TypeError:
            return None
    return entry if _is_whole(entry) else None


def _is_whole(entry: CatalogueEntry) -> bool:
    """True when every field has its type, and no name leads out of the library."""
    for text in (entry.show, entry.folder, entry.id, entry.title, entry.origin):
        if not isinstance(text, str):
            return False
    for values in (entry.keys, entry.transcripts, entry.local):
        if not isinstance(values, (list, tuple)):
            return False
    return _THREE_NAMES.fullmatch(f"{entry.show}/{entry.folder}/{entry.id}") is not None


def _line(entry: CatalogueEntry) -> str:
    values = {
        name: value
        for name, value in zip(entry._fields, entry, strict=True)
        if value not in (None, (), [], {}, "") or name == "title"
    }
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
