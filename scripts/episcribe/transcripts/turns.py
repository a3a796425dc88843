"""From lines of written text to turns: who speaks, since when, where paragraphs and headings are.

Plain text, Markdown and web pages all come to this: their readers make `Line`s, and `build` tells names and
times from words by looking at the whole file.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from episcribe.library.transcript import Heading, Segment
from episcribe.transcripts.clock import ordered_end, parse_clock
from episcribe.transcripts.speakers import label_in, looks_like_name, speaker_names
from episcribe.transcripts.wording import sound_in

_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_BRACKETED = rf"\[ ?{_CLOCK} ?\]|\( ?{_CLOCK} ?\)"
_LEADING_TIME = re.compile(
    rf"(?P<bracketed>{_BRACKETED})[ \t]*[-–—:]?[ \t]*"
    rf"|(?P<bare>{_CLOCK})(?:[ \t]*[-–—][ \t]*{_CLOCK})?(?:[ \t]*[-–—:])?(?:[ \t]+|$)"
)
_NAME_AND_TIME = re.compile(
    r"(?P<name>[^\W_][^:：\[\]()<>\n]{0,47}?)[ \t]*(?P<colon>[:：])?[ \t]*"
    rf"(?:(?P<bracketed>{_BRACKETED})|(?P<bare>{_CLOCK}))[ \t]*(?P<after>[:：])?[ \t]*(?P<rest>.*)",
    re.DOTALL,
)
_INLINE_TIME = re.compile(rf"\[ ?({_CLOCK}) ?\]")
_ANONYMOUS = re.compile(r">>+[ \t]*")
_CJK_END = re.compile(r"[\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source and what stands at its head.

    `label` is a candidate for the speaker's name; `certain` that the source's markup says so, `bold` that
    it was set apart. `time` is in seconds, `bare` that it stood there without brackets, so could be
    words. `opens` says that a paragraph begins; `level` is above 0 for a heading. `whole` is the line as
    it was.
    """

    text: str
    opens: bool = False
    label: str | None = None
    time: float | None = None
    level: int = 0
    certain: bool = False
    bold: bool = False
    bare: bool = False
    whole: str = ""


def parse_line(text: str, *, opens: bool, bold: bool = False) -> Line:
    """The `Line` of a source line without markup: times and a possible name taken off its head."""
    whole = text
    time: float | None = None
    bare = False
    if match := _LEADING_TIME.match(text):
        time = parse_clock((match["bracketed"] or match["bare"]).strip("[]() "))
        bare = match["bare"] is not None
        text = text[match.end() :]
    if named := _name_and_time(text):
        name, later, rest = named
        return Line(rest, opens, name, later, certain=False, bold=bold, whole=whole)
    label = label_in(text) if text else None
    if label is not None:
        rest = label[1]
        if (
            time is None
            and (match := _LEADING_TIME.match(rest))
            and (match["bracketed"] or not rest[match.end() :])
        ):
            time = parse_clock((match["bracketed"] or match["bare"]).strip("[]() "))
            rest = rest[match.end() :]
        return Line(rest, opens, label[0], time, bold=bold, bare=bare, whole=whole)
    return Line(text, opens, None, time, bold=bold, bare=bare, whole=whole)


def labelled_line(label: str, text: str, *, opens: bool, time: float | None = None) -> Line:
    """The `Line` of a name that was set apart in bold, and the `text` after it, from which a time is
    taken.
    """
    if (
        time is None
        and (match := _LEADING_TIME.match(text))
        and (match["bracketed"] or not text[match.end() :])
    ):
        time = parse_clock((match["bracketed"] or match["bare"]).strip("[]() "))
        text = text[match.end() :]
    return Line(text, opens, label, time, bold=True, whole=f"{label}: {text}")


def build(
    lines: Sequence[Line], known: Iterable[str] = ()
) -> tuple[tuple[Segment, ...], tuple[Heading, ...]]:
    """One segment for every paragraph of a turn, and the headings between them.

    `known` are names of speakers from elsewhere. A turn's end is the next turn's start where both are
    known.
    """
    names = _names(lines, known)
    times_are_marks = sum(1 for line in lines if line.bare and line.label is None) > 2
    builder = _Builder()
    for line in lines:
        if line.level:
            builder.heading(line)
        else:
            builder.line(_resolved(line, names, times_are_marks))
    builder.flush()
    return _ended(builder.segments), tuple(builder.headings)


class _Builder:
    """Collects lines into paragraphs, paragraphs into segments."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.headings: list[Heading] = []
        self._parts: list[str] = []
        self._speaker: str | None = None
        self._time: float | None = None

    def heading(self, line: Line) -> None:
        self.flush()
        self.headings.append(Heading(line.text, len(self.segments), line.level))

    def line(self, line: Line) -> None:
        if line.opens or line.label is not None or line.time is not None:
            self.flush()
        if line.label is not None:
            self._speaker = line.label or None
        if line.time is not None:
            self._time = line.time
        if line.text.strip():
            self._parts.append(line.text.strip())

    def flush(self) -> None:
        """End the paragraph under way: one segment, or several where times in brackets stand in it."""
        if not self._parts:
            return
        text, self._parts = _joined(self._parts), []
        opens = True
        position = 0
        for match in _INLINE_TIME.finditer(text):
            opens = self._emit(text[position : match.start()], opens)
            self._time = parse_clock(match[1])
            position = match.end()
        self._emit(text[position:], opens)

    def _emit(self, text: str, opens: bool) -> bool:
        text = text.strip()
        if not text:
            return opens
        sound = sound_in(text)
        if sound is not None:
            self.segments.append(Segment(sound, self._time, kind="sound", paragraph=opens))
        else:
            self.segments.append(Segment(text, self._time, speaker=self._speaker, paragraph=opens))
        self._time = None
        return False


def _names(lines: Sequence[Line], known: Iterable[str]) -> frozenset[str]:
    said = (line for line in lines if not line.level and (line.text or line.label))
    spoken = [line for line in said if line.label or sound_in(line.text) is None]
    labels = [line.label for line in spoken if line.label]
    sure = {line.label for line in spoken if line.label and _is_sure(line)}
    opens_with_name = bool(spoken) and spoken[0].label is not None and looks_like_name(spoken[0].label)
    return speaker_names(labels, names_speakers=opens_with_name, known=known) | frozenset(
        name for name in sure if name
    )


def _is_sure(line: Line) -> bool:
    return line.certain or (
        (line.bold or (line.time is not None and not line.bare)) and looks_like_name(line.label or "")
    )


def _resolved(line: Line, names: frozenset[str], times_are_marks: bool) -> Line:
    """`line` with its label and bare time kept where they are one, given back to the text where not."""
    if line.label is not None and line.label not in names and not line.certain:
        time = line.time if line.whole.startswith(("[", "(")) else None
        text = line.whole if time is None else _LEADING_TIME.sub("", line.whole, count=1)
        return replace(line, label=None, time=time, text=text)
    if line.label is None and line.bare and not times_are_marks and line.text:
        return replace(line, time=None, text=line.whole)
    if line.label is None and (match := _ANONYMOUS.match(line.text)):
        return replace(line, label="", text=line.text[match.end() :])
    return line


def _name_and_time(text: str) -> tuple[str, float | None, str] | None:
    """Name, time and the rest of `Ada (00:05): text`, `Ada: 00:00:32`, `Ada 00:01:01:` or `Ada  0:05`."""
    match = _NAME_AND_TIME.match(text) if ":" in text[:80] else None
    if match is None:
        return None
    set_off = match["colon"] or match["after"] or match["bracketed"]
    if match["rest"] and not (match["after"] or (match["colon"] and match["bracketed"])):
        return None
    if not match["rest"] and not set_off and not looks_like_name(match["name"]):
        return None
    label = label_in(match["name"].strip() + ": ")
    return (
        (label[0], parse_clock((match["bracketed"] or match["bare"]).strip("[]() ")), match["rest"])
        if label
        else None
    )


def _joined(parts: Sequence[str]) -> str:
    """The lines of a paragraph as one, without a space between lines in scripts that have none."""
    if len(parts) == 1:
        return parts[0]
    pieces = [parts[0]]
    for before, part in itertools.pairwise(parts):
        pieces.append(part if _CJK_END.search(before[-1:]) else f" {part}")
    return "".join(pieces)


def _ended(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    starts = [segment.start for segment in segments[1:]]
    return tuple(
        segment if segment.start is None else replace(segment, end=ordered_end(segment.start, after))
        for segment, after in zip(segments, [*starts, None], strict=False)
        if segment.text
    )
