"""Chapters of an episode: the publisher's own, else those that its words show."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from episcribe.library.episode import Episode
from episcribe.library.transcript import Heading, Transcript
from episcribe.study.links import safe_url, show_notes_text

Origin = Literal["feed", "shownotes", "headings", "found"]

_MOST_BYTES = 4_000_000
_MOST_CHAPTERS = 500
_LONGEST_TITLE = 300
_LEAST_GIVEN = 2
_LEAST_IN_NOTES = 3
_LONGEST_DAY = 100 * 3600.0

_TIME = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,]\d{1,3})?"
_STAMP_FIRST = re.compile(
    rf"^[^\w\n]{{0,6}}{_TIME}\b[)\]]?(?:\s*[-–—]\s*{_TIME})?\s*[-–—:|.•]*\s*(?P<title>\S.*)$"
)
_STAMP_LAST = re.compile(rf"^(?P<title>\S.{{0,300}}?)\s*[-–—:|.•]*\s*[(\[]?{_TIME}[)\]]?$")
_SPACES = re.compile(r"\s+")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{1,2000}\)")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: `start` and `end` in seconds, `start` None where the transcript has no times.

    `estimated` says that `start` was told from the share of words before it. `toc` is False for one that does
    not belong in a table of contents. `sentence` is the index of the sentence that it begins with.
    """

    start: float | None
    title: str
    end: float | None = None
    url: str | None = None
    img: str | None = None
    toc: bool = True
    origin: Origin = "feed"
    estimated: bool = False
    sentence: int | None = None


def read_chapters_json(data: bytes) -> list[Chapter]:
    """The chapters of a Podcasting 2.0 chapters file (version 1.2), by time; empty where it has none.

    Reads what is right in a file and leaves what is wrong: times that are no times, titles that are no text,
    links that are not http. Never raises for what the bytes hold.
    """
    if len(data) > _MOST_BYTES:
        return []
    try:
        document = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return []
    items = document.get("chapters") if isinstance(document, dict) else document
    if not isinstance(items, list):
        return []
    chapters = [chapter for item in items[: 4 * _MOST_CHAPTERS] if (chapter := _chapter(item)) is not None]
    return _in_order(chapters)


def _chapter(item: Any) -> Chapter | None:
    if not isinstance(item, dict):
        return None
    start = _seconds(item.get("startTime", item.get("start")))
    title = _title(item.get("title"))
    if start is None or not title:
        return None
    end = _seconds(item.get("endTime"))
    return Chapter(
        start,
        title,
        end=end if end is not None and end > start else None,
        url=_url(item.get("url")),
        img=_url(item.get("img")),
        toc=item.get("toc") is not False,
        origin="found" if item.get("origin") == "found" else "feed",
        estimated=item.get("estimated") is True,
    )


def _seconds(value: Any) -> float | None:
    """A time in seconds, from a number, its digits, or `HH:MM:SS`; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        if isinstance(value, str) and ":" in value and len(value) < 16:
            seconds = 0.0
            for part in value.split(":"):
                seconds = seconds * 60 + float(part)
        else:
            seconds = float(value if not isinstance(value, str) else value[:32])
    except (ValueError, OverflowError):
        return None
    return seconds if isfinite(seconds) and 0 <= seconds <= _LONGEST_DAY else None


def _title(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in value[: 2 * _LONGEST_TITLE])
    return _SPACES.sub(" ", printable).strip()[:_LONGEST_TITLE]


def _url(value: Any) -> str | None:
    return safe_url(value) if isinstance(value, str) else None


def _in_order(chapters: Sequence[Chapter]) -> list[Chapter]:
    """By time, one at a time, no more than a person could want."""
    seen: dict[float, Chapter] = {}
    for chapter in sorted(chapters, key=lambda one: one.start or 0.0):
        seen.setdefault(chapter.start or 0.0, chapter)
    return list(seen.values())[:_MOST_CHAPTERS]


def chapters_in_show_notes(source: str, duration: float | None = None) -> list[Chapter]:
    """Chapters that show notes list in lines, `00:12:30 Title` or `Title (12:30)`; HTML or text.

    At least three lines, ascending, none after `duration`: anything less is not a list of chapters.
    """
    found: list[Chapter] = []
    for line in show_notes_text(source).split("\n"):
        chapter = _line(line.strip())
        if chapter is None or chapter.start is None:
            continue
        if found and chapter.start <= (found[-1].start or 0.0):
            continue
        if duration and chapter.start >= duration:
            continue
        found.append(chapter)
    return found[:_MOST_CHAPTERS] if len(found) >= _LEAST_IN_NOTES else []


def _line(line: str) -> Chapter | None:
    if len(line) > 400:
        return None
    match = _STAMP_FIRST.match(line) or _STAMP_LAST.match(line)
    if match is None:
        return None
    hours, minutes, seconds = match.group(1), match.group(2), match.group(3)
    if match.re is _STAMP_LAST:
        hours, minutes, seconds = match.group(2), match.group(3), match.group(4)
    start = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    title = _title(_URL.sub("", _MARKDOWN_LINK.sub(r"\1", match["title"]))).strip(" -–—:|•*\t")
    if not title or int(seconds) > 59 or not any(c.isalnum() for c in title):
        return None
    return Chapter(float(start), title, origin="shownotes")


def episode_chapters(
    episode: Episode, transcript: Transcript, given: Sequence[Chapter] = (), *, maximum: int = 40
) -> list[Chapter]:
    """The chapters of an episode, at most `maximum` where they are found in its words.

    From the first that has them: the chapters file (`given`), the feed itself, the show notes, the
    transcript's headings, its words. Chapters have times where it has; estimated ones where it has none
    but the duration of the recording is known.
    """
    inline = [
        Chapter(max(0.0, one.start), _title(one.title), url=_url(one.href), img=_url(one.image))
        for one in episode.inline_chapters
        if isfinite(one.start) and _title(one.title)
    ]
    for chapters in (_in_order(given), _in_order(inline)):
        if len([one for one in chapters if one.toc]) >= _LEAST_GIVEN:
            return with_sentences(chapters, transcript)
    listed = chapters_in_show_notes(episode.description or episode.summary or "", episode.duration)
    if listed:
        return with_sentences(listed, transcript)
    made = heading_chapters(transcript, maximum) or found_chapters(transcript, maximum)
    return _estimated(made, transcript, episode.duration)


def with_sentences(chapters: Sequence[Chapter], transcript: Transcript) -> list[Chapter]:
    """Chapters, by time, that know the sentence they begin with, where the transcript has times.

    That is the one that starts at this moment, else the first that starts after half a second before.
    """
    if not transcript.is_timed:
        return list(chapters)
    starts = [round(segment.start or 0.0, 3) for segment in transcript.segments]
    placed = []
    at = 0
    for chapter in chapters:
        moment = chapter.start or 0.0
        while at < len(starts) and starts[at] < moment - 0.5:
            at += 1
        near = (n for n in range(at, len(starts)) if starts[n] >= moment)
        first = next(near, at)
        exact = first < len(starts) and starts[first] == round(moment, 3)
        placed.append(replace(chapter, sentence=min(first if exact else at, len(starts) - 1)))
    return placed


def heading_chapters(transcript: Transcript, maximum: int = 40) -> list[Chapter]:
    """Chapters from the transcript's own headings, of the level that gives a table of contents."""
    usable = [h for h in transcript.headings if _title(h.title) and 0 <= h.before < len(transcript.segments)]
    chosen: list[Heading] = []
    for level in sorted({heading.level for heading in usable}):
        wider = [heading for heading in usable if heading.level <= level]
        if len(wider) > max(maximum, 2) and len(chosen) >= _LEAST_GIVEN:
            break
        chosen = wider
    if len(chosen) < _LEAST_GIVEN:
        return []
    by_place = {heading.before: heading for heading in reversed(chosen)}
    return [
        Chapter(
            transcript.segments[place].start, _title(by_place[place].title), origin="headings", sentence=place
        )
        for place in sorted(by_place)
    ][:_MOST_CHAPTERS]


def found_chapters(transcript: Transcript, maximum: int = 40) -> list[Chapter]:
    """Chapters where the talk turns to another subject, titled with the terms that set each apart."""
    from episcribe.text.segmentation import topic_boundaries
    from episcribe.text.titles import section_titles

    segments = transcript.segments
    boundaries = topic_boundaries(segments, transcript.language)
    if len(boundaries) + 1 > maximum:
        boundaries = topic_boundaries(segments, transcript.language, segments=maximum)[: maximum - 1]
    starts = [0, *boundaries]
    if len(starts) < _LEAST_GIVEN:
        return []
    titles = section_titles(segments, starts, transcript.language)
    times = [
        0.0 if place == 0 and segments[0].start is not None else segments[place].start for place in starts
    ]
    return [
        Chapter(time, title, origin="found", sentence=place)
        for time, title, place in zip(times, titles, starts, strict=True)
        if title
    ]


def _estimated(chapters: Sequence[Chapter], transcript: Transcript, duration: float | None) -> list[Chapter]:
    """Chapters without times given the share of the duration that the words before them take up."""
    if not chapters or not duration or any(one.start is not None for one in chapters):
        return list(chapters)
    before = [0]
    for segment in transcript.segments:
        before.append(before[-1] + max(1, len(segment.text)))
    return [
        replace(
            one,
            start=float(round(duration * before[one.sentence or 0] / before[-1])),
            estimated=bool(one.sentence),
        )
        for one in chapters
    ]


def chapters_json(chapters: Sequence[Chapter]) -> str:
    """A Podcasting 2.0 chapters file, version 1.2.0; chapters without a time are left out: none is invented.

    Estimated times are marked so; where chapters come from (`origin`) is not written.
    """
    items = []
    for chapter in chapters:
        if chapter.start is None:
            continue
        item: dict[str, Any] = {"startTime": _plain(chapter.start), "title": chapter.title}
        if chapter.end is not None:
            item["endTime"] = _plain(chapter.end)
        item |= {key: value for key, value in (("url", chapter.url), ("img", chapter.img)) if value}
        item |= {} if chapter.toc else {"toc": False}
        item |= {"estimated": True} if chapter.estimated else {}
        items.append(item)
    return json.dumps({"version": "1.2.0", "chapters": items}, ensure_ascii=False, indent=1) + "\n"


def _plain(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else round(seconds, 3)
