"""Whether an episode's sources of truth are whole: its description, its originals, its events."""

import json
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from episcribe.ledger.events import parse_events
from episcribe.ledger.verification.finding import Finding
from episcribe.library.compression import SUFFIX, compressed_path, read_appended, read_kept
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import EPISODE

INDEX = "index.json"
_FROM_BACKUP = "restore it from a backup, or delete it"


def check_description(folder: Path, name: str) -> Iterator[Finding]:
    """Whether `episode.yaml` describes the episode that has this folder."""
    path = f"{name}/{EPISODE}"
    if not (folder / EPISODE).exists():
        if (folder / "transcript.json").exists():
            yield Finding(path, "source", "is gone", "the next run makes it again of its source")
        return
    try:
        episode = read_episode(folder)
    except EpiscribeError:
        advice = f"{_FROM_BACKUP}: the next run makes it again of its source"
        yield Finding(path, "source", "describes no episode", advice)
        return
    if f"{episode.show}/{episode.folder}" != name:
        what = f"is the description of {episode.show}/{episode.folder}"
        yield Finding(path, "source", what, "delete it: the next run makes it again of its source")


def check_originals(folder: Path, name: str) -> Iterator[Finding]:
    """Whether what was fetched is there, and the same as when it was fetched."""
    place = folder / "source"
    if not place.is_dir():
        return
    index = read_index(place)
    if index is None:
        advice = f"{_FROM_BACKUP}: what it names is fetched anew when it is needed"
        yield Finding(f"{name}/source/{INDEX}", "source", "is damaged", advice)
        return
    for record in index.values():
        own = PurePosixPath(str(record["name"])).name
        path, shown = place / own, f"{name}/source/{own}"
        try:
            data = read_kept(path)
        except FileNotFoundError:
            advice = "restore it from a backup; else it is fetched anew when it is needed"
            yield Finding(shown, "source", "is gone", advice)
            continue
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            yield Finding(shown, "source", what, f"{_FROM_BACKUP}: it is fetched anew when it is needed")
            continue
        if sha256(data).hexdigest() != record.get("sha256"):
            advice = f"{_FROM_BACKUP}: it is fetched anew when it is needed"
            yield Finding(shown, "source", "is not what was fetched", advice)


def read_index(place: Path) -> dict[str, dict[str, Any]] | None:
    """What `source/index.json` says of each original; None when it cannot be used, {} when there is none."""
    try:
        index = json.loads((place / INDEX).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(index, dict):
        return None
    if any(not isinstance(record, dict) or "name" not in record for record in index.values()):
        return None
    return index


def check_logs(folder: Path, name: str) -> Iterator[Finding]:
    """Whether every line of the event logs is an event; lines that a crash cut off are only noted."""
    with suppress(OSError):
        for path in sorted({_plain(path) for path in (folder / "log").iterdir() if ".jsonl" in path.name}):
            yield from _check_log(path, f"{name}/log/{path.name}")


def _check_log(path: Path, name: str) -> Iterator[Finding]:
    try:
        data = read_appended(path)
    except OSError as error:
        shown = f"{name}{SUFFIX}" if compressed_path(path).exists() else name
        what = f"cannot be read: {error.strerror}"
        yield Finding(shown, "source", what, f"{_FROM_BACKUP}: only history is lost")
        return
    bad = bad_lines(data)
    if not bad:
        return
    numbers = ", ".join(str(number) for number, _ in bad[:5]) + (" …" if len(bad) > 5 else "")
    if all(is_cut_off(line) for _, line in bad):
        yield Finding(name, "note", f"has lines that a crash cut off ({numbers}); they are passed over")
    else:
        advice = "use --fix, which keeps a copy and takes these lines out, or restore it from a backup"
        yield Finding(name, "source", f"has lines that are no events ({numbers})", advice, "clean_log")


def bad_lines(data: bytes) -> list[tuple[int, bytes]]:
    """The lines of a log that are no events, with their numbers from 1."""
    return [
        (number, line)
        for number, line in enumerate(data.split(b"\n"), 1)
        if line and next(iter(parse_events(line)), None) is None
    ]


def is_cut_off(line: bytes) -> bool:
    """True for the beginning of an event whose end is missing, as a process leaves it that was killed."""
    return line.startswith(b'{"') and not line.endswith(b"}") and b"\x00" not in line


def _plain(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(SUFFIX))
