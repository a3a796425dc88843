"""TTML (W3C Timed Text Markup Language 2) and its kin: DFXP, IMSC, EBU-TT, lyrics with a time for every
word.
"""

import re
from dataclasses import dataclass, field

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.clock import ordered_end, valid_seconds
from episcribe.transcripts.wording import in_order, sound_in, spread_words, tidy
from episcribe.transcripts.xml_events import parse_xml

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,4})(?:\.(\d{1,9})|:(\d{1,4})(?:\.(\d{1,4}))?)?")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)?")
_SPACE = re.compile(r"[ \t\r\n]+")
_UNIT_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, None: 1.0}


@dataclass(slots=True)
class _Element:
    """An open element: its name, its time on the recording's axis in seconds, and who speaks in it."""

    name: str
    begin: float | None
    end: float | None
    own_begin: bool
    agent: str | None
    keeps_space: bool


@dataclass(slots=True)
class _Paragraph:
    """What a `<p>` has collected: text, and stretches of text between the times of its spans."""

    begin: float | None
    end: float | None
    agent: str | None
    parts: list[str] = field(default_factory=list)
    runs: list[tuple[str, float, float | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Clock:
    """The document's units of time: frames a second, sub-frames a frame, ticks a second (section 12.2)."""

    frame_rate: float = 30.0
    sub_frame_rate: float = 1.0
    tick_rate: float = 1.0

    @classmethod
    def of(cls, attributes: dict[str, str]) -> "_Clock":
        rate = _number(attributes.get("frameRate"), 30.0)
        multiplier = attributes.get("frameRateMultiplier", "1 1").replace(":", " ").split()
        if len(multiplier) == 2:
            rate *= _number(multiplier[0], 1.0) / _number(multiplier[1], 1.0)
        sub = _number(attributes.get("subFrameRate"), 1.0)
        default_ticks = rate * sub if "frameRate" in attributes else 1.0
        return cls(rate, sub, _number(attributes.get("tickRate"), default_ticks))

    def seconds(self, expression: str | None) -> float | None:
        """Seconds of a time expression (section 12.3.1), and of the bare `19.7` and `3:58.6` that lyrics
        use.
        """
        expression = (expression or "").strip()
        if match := _CLOCK.fullmatch(expression):
            hours, minutes, whole, fraction, frames, sub_frames = match.groups()
            value = int(hours or 0) * 3600.0 + int(minutes) * 60 + int(whole)
            value += float(f"0.{fraction or 0}")
            return value + (int(frames or 0) + int(sub_frames or 0) / self.sub_frame_rate) / self.frame_rate
        if match := _OFFSET.fullmatch(expression):
            unit = {"f": 1 / self.frame_rate, "t": 1 / self.tick_rate}.get(
                match[2], _UNIT_SECONDS.get(match[2], 1.0)
            )
            return float(match[1]) * unit
        return None


def read(text: str) -> Transcript:
    """Every `<p>` with text as a segment in order of time, `<br/>` as a line's end, timed spans as word
    times.

    The speaker is the `ttm:agent` by its name. Raises UnreadableTranscript for XML that is broken or not
    safe to read, and when there is no paragraph with text.
    """
    reader = _Reader()
    parse_xml(text, reader.start, reader.end, reader.characters, what="TTML")
    if reader.overran:
        reader = _Reader(absolute=True)
        parse_xml(text, reader.start, reader.end, reader.characters, what="TTML")
    if not reader.paragraphs:
        raise UnreadableTranscript("TTML without text: no <p> with words in it")
    segments = [segment for paragraph in reader.paragraphs for segment in reader.segments_of(paragraph)]
    return Transcript(in_order(segments), language=reader.language, metadata=reader.metadata)


class _Reader:
    """The handlers of one document, and what they have found.

    A child's times count from its parent's begin, by the specification. Some writers count from the start
    of the recording all the same; then a child would end after its parent, which `overran` tells, and a
    second reading takes the times as `absolute`.
    """

    def __init__(self, *, absolute: bool = False) -> None:
        self.overran = False
        self._absolute = absolute
        self.clock = _Clock()
        self.language: str | None = None
        self.metadata: dict[str, str] = {}
        self.agents: dict[str, str] = {}
        self.paragraphs: list[_Paragraph] = []
        self._open: list[_Element] = []
        self._paragraph: _Paragraph | None = None
        self._agent_id = ""
        self._gathered: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tt":
            self.clock = _Clock.of(attributes)
            self.language = attributes.get("lang") or None
        elif name == "agent" and "id" in attributes:
            self._agent_id = attributes["id"]
        elif name == "br" and self._paragraph is not None:
            self._add("\n")
        element = self._element(name, attributes)
        self._open.append(element)
        self._gathered = []
        if name == "p":
            self._paragraph = _Paragraph(element.begin, element.end, element.agent)
        elif self._paragraph is not None and element.agent and self._paragraph.agent is None:
            self._paragraph.agent = element.agent

    def end(self, name: str) -> None:
        if self._open:
            self._open.pop()
        gathered = " ".join("".join(self._gathered).split())
        if name == "p" and self._paragraph is not None:
            if "".join(self._paragraph.parts).strip():
                self.paragraphs.append(self._paragraph)
            self._paragraph = None
        elif name == "name" and self._agent_id and gathered:
            self.agents.setdefault(self._agent_id, gathered)
        elif name == "title" and gathered and self._paragraph is None:
            self.metadata.setdefault("title", gathered)

    def characters(self, text: str) -> None:
        if self._paragraph is None:
            self._gathered.append(text)
        elif not (self._open and self._open[-1].name in {"metadata", "title", "desc", "rt", "rtc"}):
            self._add(text if self._open and self._open[-1].keeps_space else _SPACE.sub(" ", text))

    def segments_of(self, paragraph: _Paragraph) -> list[Segment]:
        """The paragraph's one segment, timed by its spans where it has no times of its own."""
        text = tidy("".join(paragraph.parts))
        runs = [(text, valid_seconds(begin), end) for text, begin, end in paragraph.runs]
        timed = [(text, begin, ordered_end(begin, end)) for text, begin, end in runs if begin is not None]
        start = paragraph.begin if paragraph.begin is not None else (timed[0][1] if timed else None)
        end = paragraph.end if paragraph.end is not None else (timed[-1][2] if timed else None)
        start = None if start is None else valid_seconds(start)
        end = ordered_end(start, None if end is None else valid_seconds(end))
        agent = paragraph.agent.split()[0] if paragraph.agent and paragraph.agent.split() else None
        speaker = self.agents.get(agent, agent) if agent else None
        sound = sound_in(text)
        if sound is not None:
            return [Segment(sound, start, end, speaker, kind="sound")]
        return [Segment(text, start, end, speaker, spread_words(timed))] if text else []

    def _add(self, text: str) -> None:
        paragraph, element = self._paragraph, self._open[-1] if self._open else None
        if paragraph is None:
            return
        if text.startswith(" ") and paragraph.parts and paragraph.parts[-1].endswith((" ", "\n")):
            text = text[1:]
        paragraph.parts.append(text)
        if element is not None and element.own_begin and element.begin is not None and text.strip():
            paragraph.runs.append((text, element.begin, element.end))

    def _element(self, name: str, attributes: dict[str, str]) -> _Element:
        around = self._open[-1] if self._open else _Element("", None, None, False, None, False)
        begin, end = self.clock.seconds(attributes.get("begin")), self.clock.seconds(attributes.get("end"))
        duration = self.clock.seconds(attributes.get("dur"))
        if begin is not None and end is None and duration is not None:
            end = begin + duration
        base = 0.0 if self._absolute else around.begin or 0.0
        if (
            base
            and end is not None
            and around.end is not None
            and base <= end <= around.end + 0.01 < base + end
        ):
            self.overran = True
        space = attributes.get("space")
        return _Element(
            name,
            around.begin if begin is None else base + begin,
            around.end if end is None else base + end,
            (name == "span" and begin is not None) or around.own_begin,
            attributes.get("agent", around.agent),
            around.keeps_space if space is None else space == "preserve",
        )


def _number(text: str | None, default: float) -> float:
    try:
        value = float(text) if text is not None and len(text) < 20 else default
    except ValueError:
        return default
    return value if 0 < value < 1e12 else default
