"""The plain part of YAML, without a library, which takes longer to import than most stages run."""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./()-]*(?: [A-Za-z0-9_./()-]+)*")
_WORDS_WITH_A_MEANING = frozenset("true false yes no on off null y n nan inf".split())
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_NOT_IN_A_BLOCK = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ENTRY = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s":#\[\]{}&*!|>\'%@`,-][^":#]*): ?(.*)')
_BLOCK = "|-"
# Asked for first: nearly all values are of these, and to ask for a Mapping takes ten times as long.
_SCALARS = (str, int, float)
_ENCODER = json.JSONEncoder(ensure_ascii=False)


class NotPlainError(Exception):
    """The text is YAML of another kind, or none."""


def to_yaml(values: Mapping[str, object], *, nulls: bool = False) -> str:
    """Block-style YAML of nested mappings, sequences and scalars, in the order given; None is left out, with
    `nulls` written as null.
    """
    return "".join(f"{line}\n" for line in _mapping(values, "", nulls))


def from_yaml(text: str, only: Container[str] | None = None) -> dict[str, Any]:
    """What `to_yaml` wrote; with `only`, those entries of the top level, the others being passed over.

    Raises NotPlainError for what it would not write.
    """
    *lines, rest = text.split("\n")
    if rest:
        raise NotPlainError
    reader = _Reader(lines if only is None else list(_lines_of(lines, only)))
    values = reader.mapping(0)
    if reader.at < len(reader.lines):
        raise NotPlainError
    return values


def _lines_of(lines: Iterable[str], keys: Container[str]) -> Iterator[str]:
    """The lines of those entries of the outermost mapping that have one of these (plain) keys."""
    is_wanted = False
    for line in lines:
        if line and line[0] not in " -":
            key, colon, _ = line.partition(":")
            if not (colon and line[0].isalpha()):
                raise NotPlainError
            is_wanted = key in keys
        if is_wanted:
            yield line


def _mapping(values: Mapping[str, object], margin: str, nulls: bool) -> Iterator[str]:
    """The lines of a mapping whose entries stand at `margin`."""
    for key, value in values.items():
        if value is None and not nulls:
            continue
        name = f"{margin}{_scalar(key)}:"
        if isinstance(value, str) and _is_block(value):
            yield f"{name} {_BLOCK}"
            yield from (f"{margin}  {line}" if line else "" for line in value.split("\n"))
        elif not value or isinstance(value, _SCALARS):
            yield f"{name} {_scalar(value)}"
        elif isinstance(value, Mapping):
            yield name
            yield from _mapping(value, f"{margin}  ", nulls)
        elif isinstance(value, Sequence):
            yield name
            yield from _sequence(value, margin, nulls)
        else:
            yield f"{name} {_scalar(value)}"


def _sequence(values: Sequence[object], margin: str, nulls: bool) -> Iterator[str]:
    for value in values:
        if isinstance(value, _SCALARS) or not isinstance(value, Mapping):
            lines = []
        else:
            lines = list(_mapping(value, f"{margin}  ", nulls))
        if lines:
            yield f"{margin}- {lines[0][len(margin) + 2 :]}"
            yield from lines[1:]
        else:
            yield f"{margin}- {_scalar(value)}"


def _is_block(text: str) -> bool:
    """True for several lines that a literal block holds as they are."""
    return (
        "\n" in text
        and text[0] not in " \n"
        and text[-1] != "\n"
        and not _NOT_IN_A_BLOCK.search(text)
        and "\n " not in text
    )


def _scalar(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_WITH_A_MEANING:
            return value
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    text = json.dumps(value)
    # YAML 1.1 takes a number with an exponent for a string unless it has a point.
    return text.replace("e", ".0e") if isinstance(value, float) and "e" in text and "." not in text else text


def _flow(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else _scalar(value)


def _quoted(text: str) -> str:
    quoted = _ENCODER.encode(text)
    return _UNPRINTABLE.sub(_escape, quoted) if not quoted.isascii() or "\x7f" in quoted else quoted


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


class _Reader:
    """Reads lines from `at` on, an indented part at a time."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def mapping(self, indent: int, first: str | None = None) -> dict[str, Any]:
        """The mapping whose entries stand at `indent`; `first` is an entry that came after `- `."""
        values: dict[str, Any] = {}
        line = self._next(indent) if first is None else first
        while line is not None:
            match = _ENTRY.fullmatch(line)
            if match is None:
                raise NotPlainError
            key = _value(match[1])
            if not isinstance(key, str) or key in values:
                raise NotPlainError
            values[key] = self._content(match[2], indent)
            line = self._next(indent)
        return values

    def _next(self, indent: int) -> str | None:
        """The entry at `indent` that comes next, None when the part ends here."""
        if self.at >= len(self.lines):
            return None
        line = self.lines[self.at]
        text = line.lstrip(" ")
        if len(line) - len(text) != indent or text.startswith("- ") or not text:
            return None
        self.at += 1
        return text

    def _content(self, text: str, indent: int) -> Any:
        if text == _BLOCK:
            return self._block(indent + 2)
        if text:
            return _value(text)
        following = self.lines[self.at] if self.at < len(self.lines) else ""
        if following.startswith(" " * indent + "- "):
            return self._sequence(indent)
        return self.mapping(indent + 2)

    def _block(self, indent: int) -> str:
        lines: list[str] = []
        margin = " " * indent
        while self.at < len(self.lines) and (
            self.lines[self.at].startswith(margin) or not self.lines[self.at]
        ):
            lines.append(self.lines[self.at][indent:])
            self.at += 1
        return "\n".join(lines)

    def _sequence(self, indent: int) -> list[Any]:
        items: list[Any] = []
        margin = " " * indent + "- "
        while self.at < len(self.lines) and self.lines[self.at].startswith(margin):
            text = self.lines[self.at][len(margin) :]
            self.at += 1
            is_entry = text[:1] not in ('"', "{", "[") or _ENTRY.fullmatch(text) is not None
            if is_entry and (": " in text or text.endswith(":")):
                items.append(self.mapping(indent + 2, text))
            else:
                items.append(_value(text))
        return items


def _value(text: str) -> Any:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_WITH_A_MEANING:
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise NotPlainError from None
