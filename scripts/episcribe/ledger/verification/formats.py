"""Whether a file that a stage made can be what it is named, by a look at its content."""

import csv
import json
import re
from collections.abc import Callable
from typing import Any

from episcribe.library.plain_yaml import NotPlainError, from_yaml

_TIMING = re.compile(r"(?:\d{2,}:)?\d\d:\d\d\.\d{3} --> (?:\d{2,}:)?\d\d:\d\d\.\d{3}(?:[ \t].*)?")
_PDF_END = 1024
_LISTS = {"transcript.json": "segments", "chapters.json": "chapters"}


def fault_in(name: str, data: bytes) -> str | None:
    """What is wrong with the content of the file `name`, None when nothing is to be seen."""
    if not data:
        return "is empty"
    suffix = name.rpartition(".")[2].lower()
    if suffix == "pdf":
        return _pdf(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8"
    if "\x00" in text:
        return "has zero bytes"
    fault = _CHECKS[suffix](text) if suffix in _CHECKS else None
    if fault is None and name in _LISTS and not isinstance(json.loads(text).get(_LISTS[name]), list):
        fault = f"has no {_LISTS[name]}"
    if fault is None and suffix in _ENDS_WITH_A_LINE and not text.endswith("\n"):
        return "is cut off: its last line has no end"
    return fault


def read_yaml(data: bytes) -> dict[str, Any]:
    """The mapping that a YAML file holds. Raises ValueError."""
    try:
        return from_yaml(data.decode("utf-8"))
    except NotPlainError:
        import yaml

        try:
            values = yaml.safe_load(data)
        except (yaml.YAMLError, RecursionError) as error:
            raise ValueError("is not YAML") from error
    if not isinstance(values, dict):
        raise ValueError("is YAML of another kind")
    return values


def _pdf(data: bytes) -> str | None:
    if not data.startswith(b"%PDF-"):
        return "is no PDF"
    if b"%%EOF" not in data[-_PDF_END:] or b"startxref" not in data[-_PDF_END:]:
        return "is cut off: the end of the PDF is missing"
    return None


def _json(text: str) -> str | None:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return "is not JSON"
    return None if isinstance(values, dict) else "is JSON of another kind"


def _yaml(text: str) -> str | None:
    try:
        read_yaml(text.encode())
    except ValueError as error:
        return str(error)
    return None


def _vtt(text: str) -> str | None:
    lines = text.splitlines()
    if not lines[0].lstrip("\ufeff").startswith("WEBVTT"):
        return "is not WebVTT"
    timings = [line for line in lines if "-->" in line]
    if not timings:
        return "has no cue"
    if any(not _TIMING.fullmatch(line.strip()) for line in timings):
        return "has a cue without its times"
    return "is cut off: its last cue has no text" if "-->" in lines[-1] else None


def _csv(text: str) -> str | None:
    """The header of a file for Anki begins with lines of `#key:value`."""
    try:
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
        widths = {len(row) for row in csv.reader(lines, strict=True) if row}
    except csv.Error as error:
        return f"is not CSV: {error}"
    return None if len(widths) == 1 else "has rows of different widths"


_CHECKS: dict[str, Callable[[str], str | None]] = {"json": _json, "yaml": _yaml, "vtt": _vtt, "csv": _csv}
_ENDS_WITH_A_LINE = frozenset(("json", "yaml", "vtt", "csv", "txt", "md"))
