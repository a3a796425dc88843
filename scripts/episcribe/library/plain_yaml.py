"""YAML written without a YAML library, which takes longer to import than most stages take to run."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./()-]*(?: [A-Za-z0-9_./()-]+)*")
_WORDS_WITH_A_MEANING = frozenset("true false yes no on off null y n nan inf".split())
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def to_yaml(values: Mapping[str, object]) -> str:
    """Block-style YAML of nested mappings, sequences and scalars, in the order given, None left out."""
    return "".join(f"{line}\n" for line in _mapping(values))


def _mapping(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        if value is None:
            continue
        name = _scalar(key)
        if isinstance(value, Mapping) and value:
            yield f"{name}:"
            yield from (f"  {line}" for line in _mapping(value))
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            yield f"{name}:"
            yield from _sequence(value)
        else:
            yield f"{name}: {_scalar(value)}"


def _sequence(values: Sequence[object]) -> Iterator[str]:
    for value in values:
        lines = list(_mapping(value)) if isinstance(value, Mapping) and value else [_scalar(value)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_WITH_A_MEANING:
            return value
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(str(key))}: {_scalar(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    text = json.dumps(value)
    # YAML 1.1 takes a number with an exponent for a string unless it has a point.
    return text.replace("e", ".0e") if isinstance(value, float) and "e" in text and "." not in text else text


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)
