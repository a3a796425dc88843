"""The one way out: a `Transcript` as podcast JSON, WebVTT, SRT or text, by the podcast namespace's
conventions.
"""

import re
from collections.abc import Sequence

from episcribe.library.errors import EpiscribeError
from episcribe.library.transcript import Segment, Transcript
from episcribe.transcripts.clock import write_clock
from episcribe.transcripts.podcast_json import write_podcast_json
from episcribe.transcripts.speakers import label_in, looks_like_name
from episcribe.transcripts.wording import sound_in, tidy, without_unsafe

WRITABLE = ("json", "vtt", "srt", "txt")
# How fast is read aloud where no time is known: characters a second.
_CHARACTERS_A_SECOND = 15.0
_LONG_PAUSE = 2.0
_LONG_PARAGRAPH = 700
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*\Z")
_NO_TIMES = "NOTE The source has no times: these are estimated from the length of the text.\n"
_SRT_REFERENCE = re.compile(r"&(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)")


def write_transcript(transcript: Transcript, form: str, *, duration: float | None = None) -> str:
    """`transcript` as text in `form`: "json", "vtt", "srt" or "txt".

    JSON holds everything. WebVTT and SRT hold times to the millisecond, speakers, texts without empty
    lines, and sounds as `[Music]`; times that are missing are estimated from the lengths of the texts, over
    `duration` (seconds) where none is known, which a note in WebVTT then says. Text holds words, speakers,
    paragraphs and headings. Raises EpiscribeError for another `form`.
    """
    if form == "json":
        return write_podcast_json(transcript)
    if form == "vtt":
        return without_unsafe(_write_webvtt(transcript, duration))
    if form == "srt":
        return without_unsafe(_write_srt(transcript, duration))
    if form == "txt":
        return without_unsafe(_write_text(transcript))
    raise EpiscribeError(f"cannot write a transcript as {form!r}: expected one of {', '.join(WRITABLE)}")


def _write_webvtt(transcript: Transcript, duration: float | None) -> str:
    """`<v Name>` on every cue of a known speaker, everything that could be markup as character
    references.
    """
    named = any(segment.speaker for segment in transcript.segments)
    header = f"WEBVTT\nLanguage: {transcript.language}\n" if transcript.language else "WEBVTT\n"
    blocks = [header]
    if all(segment.start is None for segment in transcript.segments):
        blocks.append(_NO_TIMES)
    for segment, (start, end) in _with_times(transcript.segments, duration):
        text = _escaped(tidy(segment.text))
        if segment.kind == "sound":
            text = f"[{text}]"
        else:
            text = _not_a_sound(text) if named else _not_a_name(_not_a_sound(text))
        if segment.speaker:
            text = f"<v {_escaped(' '.join(segment.speaker.split()))}>{text}"
        if text:
            blocks.append(f"{write_clock(start)} --> {write_clock(end)}\n{text}\n")
    return "\n".join(blocks)


def _write_srt(transcript: Transcript, duration: float | None) -> str:
    """`Name: ` where the speaker changes, `>> ` where an unnamed one takes over, tags and arrows
    escaped.
    """
    blocks: list[str] = []
    current: str | None = None
    for segment, (start, end) in _with_times(transcript.segments, duration):
        text = _srt_escaped(tidy(segment.text))
        if not text:
            continue
        speaker = " ".join((segment.speaker or "").split()) or None
        if segment.kind == "sound":
            text = f"[{text}]"
            if speaker is not None:
                text = _labelled(text, speaker, current, first=not blocks)
                current = speaker
        else:
            text = _with_change(_not_a_sound(text), speaker, current, first=not blocks)
            current = speaker
        blocks.append(f"{len(blocks) + 1}\n{write_clock(start, ',')} --> {write_clock(end, ',')}\n{text}\n")
    return "\n".join(blocks)


def _with_change(text: str, speaker: str | None, current: str | None, *, first: bool) -> str:
    if speaker is None:
        return f">> {_not_a_name(text)}" if current is not None else _not_a_name(text)
    if speaker != current or label_in(text) is not None or text.startswith(">>"):
        return _labelled(text, speaker, current, first=first)
    return text


def _labelled(text: str, speaker: str, current: str | None, *, first: bool) -> str:
    """`text` with its speaker; after words of nobody the mark of a change shows that it is a name."""
    return f"{speaker}: {text}" if first or current is not None else f">> {speaker}: {text}"


def _write_text(transcript: Transcript) -> str:
    """Paragraphs between empty lines, `Name: ` where the speaker changes, headings as `## `, sounds on
    their own.
    """
    titles: dict[int, list[str]] = {}
    for heading in transcript.headings:
        title = " ".join(heading.title.split())
        titles.setdefault(heading.before, []).append(f"{'#' * min(max(heading.level, 1), 6)} {title}")
    blocks: list[str] = []
    paragraph: list[str] = []
    speaker: str | None = None
    marked = any(segment.paragraph for segment in transcript.segments)
    before: Segment | None = None
    for index, segment in enumerate(transcript.segments):
        text = " ".join(segment.text.split())
        if not text:
            continue
        if paragraph and (index in titles or _opens(segment, before, speaker, paragraph, marked)):
            blocks.append(" ".join(paragraph))
            paragraph = []
        blocks.extend(titles.pop(index, ()))
        if segment.kind == "sound":
            blocks.append(f"[{text}]")
        else:
            paragraph.append(_turn(text, segment.speaker, speaker))
            speaker = segment.speaker
        before = segment
    if paragraph:
        blocks.append(" ".join(paragraph))
    blocks.extend(title for rest in sorted(titles) for title in titles[rest])
    return "\n\n".join(blocks) + "\n"


def _opens(
    segment: Segment, before: Segment | None, speaker: str | None, paragraph: Sequence[str], marked: bool
) -> bool:
    """True when a paragraph begins with `segment`: as marked, or where none is marked, by pauses and
    lengths.
    """
    if segment.kind == "sound" or segment.speaker != speaker or segment.paragraph:
        return True
    if marked or before is None:
        return False
    gap = segment.start - before.end if segment.start is not None and before.end is not None else 0.0
    ended = _SENTENCE_END.search(paragraph[-1]) is not None
    return gap >= _LONG_PAUSE or (ended and sum(map(len, paragraph)) > _LONG_PARAGRAPH)


def _turn(text: str, speaker: str | None, current: str | None) -> str:
    if speaker == current:
        return text
    return f"{' '.join(speaker.split())}: {text}" if speaker else f">> {text}"


def _with_times(
    segments: Sequence[Segment], duration: float | None
) -> list[tuple[Segment, tuple[float, float]]]:
    """Every segment with a start and an end, estimated where they are missing.

    Starts between known ones share the time by characters; an end is at most the next start.
    """
    anchors = [index for index, segment in enumerate(segments) if segment.start is not None]
    passed = [0]
    for segment in segments:
        passed.append(passed[-1] + max(len(segment.text), 1))
    if anchors:
        starts = _starts(segments, anchors, passed)
    else:
        total = duration if duration and duration > 0 else passed[-1] / _CHARACTERS_A_SECOND
        starts = [total * characters / max(passed[-1], 1) for characters in passed[:-1]]
    timed = []
    for index, segment in enumerate(segments):
        end = segment.end
        if end is None:
            end = starts[index] + max(1.0, len(segment.text) / _CHARACTERS_A_SECOND)
            if index + 1 < len(starts) and starts[index + 1] > starts[index]:
                end = min(end, starts[index + 1])
        timed.append((segment, (starts[index], max(end, starts[index]))))
    return timed


def _starts(segments: Sequence[Segment], anchors: Sequence[int], passed: Sequence[int]) -> list[float]:
    starts = [segment.start if segment.start is not None else -1.0 for segment in segments]
    for left, right in zip([None, *anchors], [*anchors, None], strict=True):
        first = 0 if left is None else left + 1
        last = len(segments) if right is None else right
        for index in range(first, last):
            if left is None:
                ahead = (passed[last] - passed[index]) / _CHARACTERS_A_SECOND
                starts[index] = max(0.0, starts[last] - ahead)
            elif right is None or starts[right] < starts[left]:
                starts[index] = starts[left] + (passed[index] - passed[left]) / _CHARACTERS_A_SECOND
            else:
                share = (passed[index] - passed[left]) / (passed[right] - passed[left])
                starts[index] = starts[left] + (starts[right] - starts[left]) * share
    return starts


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _srt_escaped(text: str) -> str:
    """Only what a reader would take for markup is escaped: players show the rest as it stands."""
    from episcribe.transcripts.srt import TAG

    text = _SRT_REFERENCE.sub("&amp;", text)
    if "<" in text or "{" in text:
        text = TAG.sub(lambda match: match[0].replace("<", "&lt;").replace("{", "&#123;"), text)
    return text.replace("-->", "--&gt;")


def _not_a_sound(text: str) -> str:
    return f"&#91;{text[1:]}" if sound_in(text) is not None else text


def _not_a_name(text: str) -> str:
    """`text` so that its beginning is not read as a speaker's name or as a change of speaker."""
    if text.startswith(">>"):
        return f"&gt;{text[1:]}"
    label = label_in(text)
    if label is None or not (looks_like_name(label[0]) or label[0][0].isupper()):
        return text
    place = text.index(":") if ":" in text[: len(text) - len(label[1])] else text.index("：")
    return f"{text[:place]}&#{ord(text[place])};{text[place + 1 :]}"
