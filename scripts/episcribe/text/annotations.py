"""What stands in a cue beside the words: sounds, songs, turns of speakers and their names."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from episcribe.text.sounds import is_sound, is_unclear

_MARKED = re.compile(
    r"\[([^\[\]]{1,160})\]|\(([^()]{1,60})\)|（([^（）]{1,60})）|［([^［］]{1,160})］|【([^【】]{1,160})】"
    r"|\*([^*]{2,40})\*|((?:[♪♫♩♬🎵🎶]\s*)+)"
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_STOP = re.compile(r"[.!?:](?:\s|$)")
_TIME = re.compile(r"\s+\d{1,3}:\d{2}(?::\d{2})?$")
_NOTES = "♪♫♩♬🎵🎶"
_HAS_NOTE = re.compile(f"[{_NOTES}]")
_HASH_SONG = re.compile(r"#\s+\S.*\s#")
_TURN = re.compile(r"\s*(?:>>+|＞＞+|»(?=\s*[^\W\d_])(?!.*«))\s*")
_INNER_TURN = re.compile(r"\s+(?=>>)|(?<=[.!?…\"'”’)\]♪])\s*(?=>>)")
_ANY_DASH = re.compile(r"(?:^|\s)[-–—‐]")
_DASH = re.compile(r"[-–—‐](?:\s+(?=[^\s-])|(?=[^\s\d-]))")
_INNER_DASH = re.compile(
    r"(?:(?<=[.!?…。！？؟।♪\]])|(?<=[.!?…][\"'”’]))\s+(?=[-–—‐](?:\s+[^\s-]|[^\W\d_]|[¿¡\"“«\[(]))|\n(?=[-–—‐]\s*[^\s-])"
)
_TURN_NAME = re.compile(r"([^\W\d_][\w.'’\-]*(?:\s[\w.'’\-&]+){0,3}):\s+")
_BRACKET_NAME = re.compile(r"\[([^\W\d_][\w.'’\-]*(?:\s[\w.'’\-]+){0,3})\]:?\s*(?=\S)")

PartKind = Literal["speech", "sound", "unclear"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a cue's text: `text[start:end]` is what it covers, `text` what it says."""

    text: str
    start: int
    end: int
    kind: PartKind = "speech"


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's part of a cue.

    `marked`: a mark of a new turn stood before it; `bracketed`: its speaker's name stood in brackets.
    """

    text: str
    start: int
    speaker: str | None = None
    marked: bool = False
    bracketed: bool = False


def split_turns(text: str, names: frozenset[str] = frozenset(), *, dashes: bool = True) -> list[Turn]:
    """The turns of a cue, whose lines stay apart: cut at `>>` and at dialogue dashes, names taken off.

    With `dashes`, a dash before a line, or after a sentence, begins a turn: not so where speakers are known
    otherwise. `names` are those that may stand in brackets before a turn.
    """
    turns = []
    for start, end in _turn_spans(text, dashes=dashes):
        at = _after_marks(text, start, end, dashes=dashes)
        marked = at > start
        speaker = None
        if match := _name_at(text, at, end, marked, names):
            speaker, at = match[1].strip(), match.end()
        if text[at:end].strip(" \n-–—‐"):
            bracketed = speaker is not None and text[:at].rstrip()[-1:] == "]"
            turns.append(Turn(text[at:end], at, speaker, marked, bracketed))
    return turns


def has_turn_marks(text: str) -> bool:
    """A quick look whether `split_turns` could find anything in `text`."""
    return (
        ">>" in text or "＞＞" in text or "»" in text or text[:1] == "[" or _ANY_DASH.search(text) is not None
    )


def after_dash(text: str) -> str | None:
    """What follows the dialogue dash that `text` begins with; None where it begins with none."""
    match = _DASH.match(text)
    return text[match.end() :] if match else None


def bracket_names(texts: list[str]) -> frozenset[str]:
    """Names that stand in brackets at the head of cues (`[Alba] Buenos días`), no sounds.

    None unless one of them stands there twice: a single bracket is as likely an editor's.
    """
    counts: dict[str, int] = {}
    for text in texts:
        if match := _BRACKET_NAME.match(text.lstrip("-–— ")):
            counts[match[1]] = counts.get(match[1], 0) + 1
    names = {name: count for name, count in counts.items() if name[0].isupper() and not is_sound(name)}
    return frozenset(names) if max(names.values(), default=0) > 1 else frozenset()


def split_sounds(text: str) -> list[Part]:
    """The speech and the sounds of `text` in order, without their brackets; unclear speech is told apart.

    Square brackets hold a sound when they name one, or a few words are all there is; round ones and
    asterisks only when they name one. What stands between notes (`♪ … ♪`) is a song and keeps its notes.
    """
    if _HAS_NOTE.search(text):
        return _with_songs(text)
    if _HASH_SONG.fullmatch(text.strip()):
        return [Part(f"♪ {text.strip(' #')} ♪", 0, len(text), "sound")]
    return _with_brackets(text, 0, len(text))


def _turn_spans(text: str, *, dashes: bool) -> list[tuple[int, int]]:
    cuts = {match.end() for match in _INNER_TURN.finditer(text)} if ">>" in text else set()
    if dashes:
        cuts |= {match.end() for match in _INNER_DASH.finditer(text)}
    edges = [0, *sorted(cuts - {0}), len(text)]
    return list(pairwise(edges))


def _after_marks(text: str, start: int, end: int, *, dashes: bool) -> int:
    """Where the words begin after the marks of a turn that stand at `start`."""
    at = start
    while (match := _TURN.match(text, at, end)) or (
        (dashes or at > start) and (match := _DASH.match(text, at, end))
    ):
        at = match.end()
    return at


def _name_at(text: str, at: int, end: int, marked: bool, names: frozenset[str]) -> re.Match[str] | None:
    if match := _BRACKET_NAME.match(text, at, end):
        return match if match[1] in names else None
    turned = marked and text[:at].rstrip().endswith((">>", "＞＞"))
    match = _TURN_NAME.match(text, at, end) if turned else None
    return match if match and len(match[1]) <= 40 and text[match.end() : end].strip() else None


def _with_songs(text: str) -> list[Part]:
    parts: list[Part] = []
    open_at: int | None = None
    last = 0
    for match in re.finditer(f"[{_NOTES}](?:\\s*[{_NOTES}])*", text):
        if open_at is None:
            parts += _with_brackets(text, last, match.start())
            open_at = match.start()
        else:
            parts.append(_song(text, open_at, match.end()))
            open_at = None
        last = match.end()
    if open_at is None:
        return parts + _with_brackets(text, last, len(text))
    if last == len(text.rstrip()) and open_at > 0 and parts and parts[-1].kind != "sound":
        return [_song(text, 0, len(text))] if len(parts) == 1 else [*parts, _song(text, open_at, len(text))]
    return [*parts, _song(text, open_at, len(text))]


def _song(text: str, start: int, end: int) -> Part:
    words = " ".join(text[start:end].strip(_NOTES + " \n").split())
    return Part(f"♪ {words} ♪" if words else "Music", start, end, "sound")


def _with_brackets(text: str, start: int, end: int) -> list[Part]:
    parts = []
    last = start
    for match in _MARKED.finditer(text, start, end):
        inside = next((group for group in match.groups() if group is not None), "").strip()
        square = match[1] is not None or match[4] is not None or match[5] is not None
        alone, heads = _is_alone(text, match, last, end), _heads_sentence(text, match, last)
        if not inside or not _is_annotation(inside, square, alone=alone, heads=heads):
            continue
        if text[last : match.start()].strip():
            parts.append(Part(text[last : match.start()], last, match.start()))
        kind: PartKind = "unclear" if is_unclear(inside) else "sound"
        parts.append(Part(_TIME.sub("", inside), match.start(), match.end(), kind))
        last = match.end()
    if text[last:end].strip():
        parts.append(Part(text[last:end], last, end))
    return parts


def _is_alone(text: str, match: re.Match[str], last: int, end: int) -> bool:
    """True when the brackets have a line to themselves, or follow a whole sentence with nothing after them.

    `last` is where the annotation before them ended.
    """
    before, after = text[last : match.start()].rstrip(" "), text[match.end() : end].lstrip(" ")
    if (not before or before[-1] == "\n") and (not after or after[0] == "\n"):
        return True
    return not after and _SENTENCE_END.search(before) is not None


def _is_annotation(inside: str, square: bool, *, alone: bool, heads: bool) -> bool:
    if not inside.strip("_ "):
        return False
    few_words = square and inside.count(" ") < 6 and not _STOP.search(inside)
    if few_words and (alone or (heads and inside[0].islower() and len(inside) >= 5)):
        return True
    return is_sound(inside, strict=not (square or alone))


def _heads_sentence(text: str, match: re.Match[str], last: int) -> bool:
    """True when a sentence begins right after the brackets, and nothing or a whole one stands before them."""
    before = text[last : match.start()].rstrip()
    after = text[match.end() : match.end() + 8].lstrip(" \n\"“'-")
    return (
        (after[:1].isupper() or after[:1] in "¿¡")
        and bool(after)
        and (not before or _SENTENCE_END.search(before) is not None)
    )
