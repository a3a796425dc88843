"""WebVTT cue text: tags, classes, voices, inline times (W3C, WebVTT, sections 6.4 and 6.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from episcribe.library.transcript import Segment
from episcribe.transcripts.wording import sound_in, spread_words, tidy

_TOKEN = re.compile(r"[^<]+|<([^>]*)>?")
_START_TAG = re.compile(r"([^ \t\n\f.]*)((?:\.[^ \t\n\f.]*)*)(?:[ \t\n\f](.*))?", re.DOTALL)
_INLINE_TIME = re.compile(r"(?:(\d+):([0-5]\d):([0-5]\d)|([0-5]\d):([0-5]\d))\.(\d{3})", re.ASCII)
_KINDS = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})


@dataclass(slots=True)
class Node:
    """An open tag around text: its kind (`v`, `c`, `i` …), classes and annotation, and the tag around it.

    `voice` is the name of the nearest `<v>`, `hidden` is True inside `<rt>`: a reading aid, not more words.
    """

    kind: str
    classes: tuple[str, ...] = ()
    annotation: str = ""
    parent: "Node | None" = None
    voice: str | None = None
    hidden: bool = False


@dataclass(slots=True)
class Run:
    """A stretch of text between tags, references undecoded: where it stands, and the inline time before
    it.
    """

    text: str
    node: Node
    time: float | None


def parse_cue_text(text: str) -> Iterator[Run]:
    """The runs of a cue's text in order; a run's `node` leads to all the tags around it.

    The tree of the specification, told as its leaves: tags that enclose no text give nothing.
    """
    node = Node("")
    time: float | None = None
    for match in _TOKEN.finditer(text):
        tag = match[1]
        if tag is None:
            yield Run(match[0], node, time)
        elif tag.startswith("/"):
            node = _closed(node, tag[1:])
        elif tag[:1].isdigit() and tag[:1].isascii():
            time = _inline_seconds(tag, time)
        else:
            node = _opened(node, tag)


def cue_segments(text: str, start: float | None, end: float | None) -> list[Segment]:
    """One segment for each voice in a row of the cue's `text`, with word times where the text has them.

    `start` and `end` are the cue's, in seconds; voices that share a cue share its times. Character
    references stay undecoded in the texts.
    """
    segments: list[Segment] = []
    stretch: list[Run] = []
    for run in parse_cue_text(text):
        if run.node.hidden:
            continue
        if stretch and run.node.voice != stretch[-1].node.voice and run.text.strip():
            segments += _segment(stretch, start, end)
            stretch = []
        stretch.append(run)
    return segments + _segment(stretch, start, end)


def _segment(runs: list[Run], start: float | None, end: float | None) -> list[Segment]:
    text = tidy("".join(run.text for run in runs))
    if not text:
        return []
    speaker = next((run.node.voice for run in runs if run.node.voice and run.text.strip()), None)
    sound = sound_in(text)
    if sound is not None:
        return [Segment(sound, start, end, speaker, kind="sound")]
    timed = any(run.time is not None for run in runs) and start is not None
    words = spread_words(_timed_runs(runs, start or 0.0, end)) if timed else ()
    return [Segment(text, start, end, speaker, words)]


def _timed_runs(runs: list[Run], start: float, end: float | None) -> list[tuple[str, float, float | None]]:
    """The text between two inline times with these times, for the lines that hold any.

    What stands before the first inline time begins with the cue, but only on its own line: in rolling
    captions the lines above are what was said before, and no time of theirs is known.
    """
    pieces: list[tuple[str, float]] = []
    for run in runs:
        text = _unescaped(run.text) if "&" in run.text else run.text
        time = run.time if run.time is not None else start
        if pieces and pieces[-1][1] == time:
            pieces[-1] = (pieces[-1][0] + text, time)
        else:
            pieces.append((text, time))
    if runs[0].time is None:
        pieces[0] = (pieces[0][0].rpartition("\n")[2], pieces[0][1])
    ends = [time for _, time in pieces[1:]]
    return [
        (text, time, following if following is None or following >= time else None)
        for (text, time), following in zip(pieces, [*ends, end], strict=True)
    ]


def _opened(node: Node, tag: str) -> Node:
    match = _START_TAG.match(tag)
    kind = match[1] if match else ""
    if match is None or kind not in _KINDS or (kind == "rt" and node.kind != "ruby"):
        return node
    classes = tuple(name for name in match[2].split(".") if name)
    annotation = " ".join(_unescaped(match[3]).split()) if match[3] else ""
    voice = annotation or None if kind == "v" else node.voice
    return Node(kind, classes, annotation, node, voice, node.hidden or kind == "rt")


def _closed(node: Node, name: str) -> Node:
    if name == node.kind and node.parent is not None:
        return node.parent
    if name == "ruby" and node.kind == "rt" and node.parent is not None and node.parent.parent is not None:
        return node.parent.parent
    return node


def _inline_seconds(tag: str, before: float | None) -> float | None:
    match = _INLINE_TIME.fullmatch(tag)
    if match is None:
        return before
    hours, minutes, seconds, short_minutes, short_seconds, thousandths = match.groups()
    whole = (
        int((hours or "0")[-9:]) * 3600 + int(minutes or short_minutes) * 60 + int(seconds or short_seconds)
    )
    return (whole * 1000 + int(thousandths)) / 1000


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)
