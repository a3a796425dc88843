"""The development corpus as transcripts with what people made of them: summaries, boundaries, show notes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from episcribe.library.transcript import Segment

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
_MARKER = re.compile(r"\{[a-z]+\}")
_LOOSE = re.compile(r" (?=[,.?!;:%)]|'\w|n't\b)")


Turn = tuple[str | None, float | None, str]


@dataclass(frozen=True)
class Talk:
    """Sentences of a transcript; `turns` are the indexes of the sentences that begin a turn."""

    name: str
    sentences: list[Segment]
    turns: list[int]
    boundaries: list[int] = field(default_factory=list)
    summary: str = ""
    links: list[str] = field(default_factory=list)


def talk(name: str, turns: list[Turn], **gold: object) -> Talk:
    """A `Talk` of (speaker, start in seconds, text) turns, cut into sentences."""
    sentences: list[Segment] = []
    starts = []
    for speaker, start, text in turns:
        starts.append(len(sentences))
        for i, sentence in enumerate(split(text) or ["…"]):
            sentences.append(
                Segment(sentence, start=start if i == 0 else None, speaker=speaker, paragraph=i == 0)
            )
    return Talk(name, sentences, starts, **gold)  # type: ignore[arg-type]


def split(text: str) -> list[str]:
    """Sentences of a text, by their punctuation."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def qmsum(corpus: Path) -> Iterator[Talk]:
    """Meetings of QMSum: boundaries are the first turns of topics, the summary is of the whole."""
    for path in sorted((corpus / "gold/qmsum/val").glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        turns = [
            (t["speaker"], None, _LOOSE.sub("", _MARKER.sub("", t["content"])))
            for t in data["meeting_transcripts"]
        ]
        spans = [int(topic["relevant_text_span"][0][0]) for topic in data["topic_list"]]
        gold = sorted({start for start in spans if 0 < start < len(turns)} - {min(spans)})
        yield talk(path.stem, turns, boundaries=gold, summary=data["general_query_list"][0]["answer"])


_SPEAKER = re.compile(
    r"^(?P<speaker>[A-Z][\w.'’ -]{0,40}?):(?:\s+(?P<time>\d+:\d\d(?::\d\d)?))?(?:\s+(?P<text>.*))?$"
)


def bitcoin(corpus: Path) -> Iterator[Talk]:
    """Conference talks and podcasts: boundaries are the turns or paragraphs that follow a `##` heading."""
    for path in sorted((corpus / "transcripts_long/bitcoin").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("\n---", 1)[1].split("\n", 1)[1]
        turns, gold = _turns(body)
        if gold:
            yield talk(path.stem, turns, boundaries=gold)


def _turns(body: str) -> tuple[list[Turn], list[int]]:
    """The turns of a transcript in Markdown, and those that a `##` heading stands before."""
    turns: list[Turn] = []
    gold: set[int] = set()
    speaker, start, fresh = None, None, True
    for piece in _pieces(body):
        if piece.startswith("#"):
            fresh = True
            if piece.startswith("## ") and turns:
                gold.add(len(turns))
            continue
        first, _, rest = piece.partition("\n")
        match = _SPEAKER.match(first)
        if match:
            speaker, start, fresh = match["speaker"], seconds(match["time"]), True
        said = f"{match['text'] or ''}\n{rest}" if match else piece
        text = re.sub(r"\s+", " ", said).strip()
        if text and (fresh or speaker is None):
            turns.append((speaker, start, text))
            fresh = False
        elif text:
            turns[-1] = (*turns[-1][:2], f"{turns[-1][2]} {text}")
    return turns, sorted(place for place in gold if place < len(turns))


def _pieces(body: str) -> Iterator[str]:
    """Paragraphs, and headings line by line."""
    for block in re.split(r"\n\s*\n", body):
        stripped = block.strip()
        yield from stripped.split("\n") if stripped.startswith("#") else [stripped]


def seconds(time: str | None) -> float | None:
    """`00:12:30` as seconds."""
    if not time:
        return None
    value = 0.0
    for part in time.split(":"):
        value = value * 60 + float(part)
    return value


_CITE = re.compile(r"^\*\*(?P<speaker>[^*]+?):\*\*\s*(?P<text>.*)$")


def changelog(corpus: Path) -> Iterator[Talk]:
    """Podcast transcripts with the titles of the links in their human-made show notes."""
    for path in sorted((corpus / "transcripts_long/changelog").glob("*.transcript.md")):
        turns: list[Turn] = []
        speaker = None
        for line in path.read_text(encoding="utf-8").split("\n"):
            match = _CITE.match(line.strip())
            speaker, text = (match["speaker"], match["text"]) if match else (speaker, line)
            if text.strip():
                turns.append((speaker, None, text.strip().replace("\\", "")))
        notes = path.with_name(path.name.replace(".transcript.", ".shownotes.")).read_text(encoding="utf-8")
        links = re.findall(r"\[([^\]]+)\]\(", notes)
        yield talk(path.name.removesuffix(".transcript.md"), turns, links=links)
