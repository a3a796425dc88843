"""What all formats share once their syntax is gone: tidy lines, sounds in brackets, word times."""

import re
from collections.abc import Iterable, Sequence

from episcribe.library.transcript import Segment, Word

_SOUND = re.compile(r"\[([^\[\]\n]{1,200})\]\Z")
_WORD = re.compile(r"\S+")
_INVISIBLE = "\u200b\ufeff"
_UNSAFE = re.compile("[\x00\ud800-\udfff]")


def tidy(text: str) -> str:
    """`text` with every line stripped and empty lines dropped; lines stay lines."""
    if "\n" not in text and "\r" not in text:
        return text.strip().strip(_INVISIBLE)
    lines = (
        line.strip().strip(_INVISIBLE) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line)


def without_unsafe(text: str) -> str:
    """`text` with NUL and lone surrogates, which no file can hold, as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def sound_in(text: str) -> str | None:
    """What is heard when the whole of `text` is a bracketed sound: `[Music]` gives `Music`."""
    match = _SOUND.match(text) if text.startswith("[") else None
    return (match[1].strip() or None) if match else None


def holds_words(text: str) -> bool:
    """True when a letter or digit of any script stands in `text`."""
    return any(map(str.isalnum, text))


def in_order(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """`segments` sorted by start, those that start together as they came; unsorted where a start is
    unknown.
    """
    if any(segment.start is None for segment in segments):
        return tuple(segments)
    return tuple(sorted(segments, key=lambda segment: segment.start or 0.0))


def is_spoken(segments: Iterable[Segment]) -> bool:
    """True when a letter of any script stands in a segment that is speech: numbers alone are no
    transcript.
    """
    return any(any(map(str.isalpha, segment.text)) for segment in segments if segment.kind == "speech")


def spread_words(runs: Sequence[tuple[str, float, float | None]]) -> tuple[Word, ...]:
    """Words of timed `runs` (text, start, end in seconds).

    The words of a run that holds several share its time by their lengths: the bounds are known, the places
    between them are not. Without an end only the first word's start is known, so all start with the run.
    """
    words: list[Word] = []
    for text, start, end in runs:
        found = _WORD.findall(text)
        if len(found) == 1 or end is None:
            words.extend(Word(token, start, end if len(found) == 1 else None) for token in found)
        else:
            words.extend(_share(found, start, end))
    return tuple(words)


def _share(tokens: Sequence[str], start: float, end: float) -> Iterable[Word]:
    total = sum(map(len, tokens))
    passed = 0
    for token in tokens:
        begin = start + (end - start) * passed / total
        passed += len(token)
        yield Word(token, round(begin, 3), round(start + (end - start) * passed / total, 3))
