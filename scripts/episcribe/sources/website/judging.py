"""Whether a part of a page is the transcript of a recording: by its turns, its times, and its length against
the recording's.
"""

import re
from collections import Counter
from enum import IntEnum

from episcribe.sources.website.rendering import Rendered, count_words
from episcribe.sources.website.wording import ABOUT_EPISODE, PAYWALL, PERSONS, REPORTED, TEASER

_LABEL = re.compile(
    r"(?:[\[(]?\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s*[-–—]?\s*)?"
    r"([^\W\d_](?:[^\s:：\[\]()<>?!;\"“”]|[ ](?=\S)){0,46})"
    r"(?:\s*[\[(]?\d{1,3}:\d{2}(?::\d{2})?[\])]?)?\s*[:：]"
)
_NAME_THEN_TIME = re.compile(r"([^\W\d_][^\d:：\[\]()]{1,40}?)\s+[\[(]?\d{1,3}:\d{2}(?::\d{2})?[\])]?\s*\Z")
_STAMP = re.compile(r"[\[(]?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,]\d{1,3})?[\])]?(?=\s|$|[:：\-–—])")
_HEAD = 70
_END = 600
# 100 words of talk hold 5 to 10 of them (138 transcripts of podcasts and conferences: 95 % have more than
# 3.5), of articles 0 to 2.
_SPOKEN = 0.035


class Trust(IntEnum):
    """Who calls a part the transcript: nobody, a page's name or a link to it, its own mark, the user."""

    NOBODY = 0
    TOLD = 1
    MARKED = 2
    CHOSEN = 3


class Look:
    """What can be told of a text without reading it."""

    def __init__(self, part: Rendered, duration: float | None) -> None:
        lines = part.lines
        self.words = sum(map(count_words, lines))
        self.minutes = duration / 60 if duration and duration >= 30 else None
        self.pace = self.words / self.minutes if self.minutes else None
        self.linked = part.linked / max(1, self.words)
        self.text = part.text
        self.headings = len(part.headings)
        self.turns = _count_turns(lines, self.words)
        stamps = _stamps(lines)
        self.stamps = len(stamps)
        self.span = (stamps[-1] - stamps[0]) / 60 if len(stamps) > 1 else 0.0
        self.last = stamps[-1] / 60 if stamps else 0.0

    @property
    def is_talk(self) -> bool:
        """Turns of speakers, or times with as many words between them as people say."""
        if self.turns:
            return True
        return self.stamps >= 8 and self.span > 1 and 60 <= self.words / self.span <= 300


def refuse(part: Rendered, duration: float | None, trust: Trust) -> str | None:
    """Why `part` is not taken for the transcript of a recording of `duration` seconds, None when it is.

    The less is said for it, the more has to speak for it: what nobody calls a transcript needs speakers or
    times, or must be as long as the recording and read like no text about it.
    """
    look = Look(part, duration)
    if look.words < 40:
        return f"only {look.words} words"
    if look.minutes and look.stamps > 2 and look.last > look.minutes * 1.25 + 2:
        return f"its times run to {round(look.last)} min, the recording to {round(look.minutes)}"
    if look.span > 2 and look.stamps >= 3 and look.words / look.span < 45 and trust < Trust.CHOSEN:
        return "times with few words between them, as of chapters"
    if look.linked > 0.3 and not look.is_talk and trust < Trust.CHOSEN:
        return "mostly links"
    if look.minutes and look.pace is not None:
        return _refuse_length(look, look.pace, look.minutes, trust)
    return _refuse_unmeasured(look, trust)


def _refuse_length(look: Look, pace: float, minutes: float, trust: Trust) -> str | None:
    size = f"{look.words} words for {round(minutes)} min"
    lowest, highest = {
        Trust.NOBODY: (65, 280),
        Trust.TOLD: (55, 300),
        Trust.MARKED: (45, 400),
        Trust.CHOSEN: (20, 600),
    }[trust]
    if not lowest <= pace <= highest:
        return f"{size}, {'too few' if pace < lowest else 'too many'} to be what was said"
    if trust >= Trust.MARKED:
        cut = pace < 90 and _is_cut_off(look)
        return f"{size}, and it says that the rest is elsewhere" if cut else None
    if look.is_talk:
        return None
    if trust is Trust.TOLD:
        is_words = 70 <= pace <= 230 and look.linked < 0.1 and (_is_spoken(look) or not _is_about(look))
        return None if is_words else f"{size}, not in turns"
    is_script = 100 <= pace <= 200 and minutes >= 3 and look.linked <= 0.02 and look.headings <= 4
    if is_script and _is_spoken(look) and not _is_about(look) and not _is_cut_off(look):
        return None
    return f"{size}, without speakers or times, and not plainly what was said"


def _refuse_unmeasured(look: Look, trust: Trust) -> str | None:
    """The same where the recording's length is not known."""
    if trust is Trust.CHOSEN:
        return None
    if look.words < 1500 and _is_cut_off(look):
        return f"{look.words} words, and it says that the rest is elsewhere"
    if trust is Trust.MARKED:
        enough = look.words >= (100 if look.is_talk else 250) and (look.is_talk or look.linked < 0.1)
        return None if enough else f"{look.words} words without speakers or times"
    if look.is_talk and trust is Trust.TOLD and look.words >= 150:
        return None
    if look.is_talk and look.words >= 300 and (look.turns >= 10 or look.stamps >= 10):
        return None
    if trust is Trust.TOLD and look.words >= 600 and look.linked < 0.05 and _is_spoken(look):
        return None
    return f"{look.words} words without speakers or times"


def _is_cut_off(look: Look) -> bool:
    end = look.text[-_END:]
    return TEASER.search(end) is not None or PAYWALL.search(end) is not None


def _is_spoken(look: Look) -> bool:
    """True where I, we and you are as frequent as in speech."""
    words = look.text[:50_000].casefold().replace("’", "'").split()
    return sum(word.strip(',.?!;:"“”') in PERSONS for word in words) >= _SPOKEN * len(words)


def _is_about(look: Look) -> bool:
    """True for texts that tell of the episode: its phrases at the beginning, reported speech throughout."""
    if ABOUT_EPISODE.search(look.text[:1500]):
        return True
    return len(REPORTED.findall(look.text[:20_000])) >= max(3, look.words / 250)


def _count_turns(lines: list[str], words: int) -> int:
    """Turns of speakers whose names recur, 0 where they are few or hold no large part of the words."""
    found: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        match = _LABEL.match(line[:_HEAD]) or _NAME_THEN_TIME.match(line[:_HEAD])
        if match and match[1].count(" ") <= 5 and (match[1][0].isupper() or not match[1][0].islower()):
            found.append((index, match[1].strip()))
    counts = Counter(name for _, name in found)
    turns = [(index, name) for index, name in found if counts[name] > 1]
    frequent = [count for _, count in counts.most_common(2)]
    if len(turns) < 4 or len(frequent) < 2 or frequent[1] < (3 if len(turns) > 6 else 2):
        return 0
    within = sum(map(count_words, lines[turns[0][0] :]))
    return len(turns) if within >= 0.6 * words and within / len(turns) >= 5 else 0


def _stamps(lines: list[str]) -> list[float]:
    """The times in seconds at the heads of lines (after a name, too), as long as they rise."""
    times: list[float] = []
    for line in lines:
        match = _STAMP.search(line[:_HEAD])
        if match is None or any(
            character.islower() for character in line[: match.start()].partition(" ")[2][30:]
        ):
            continue
        seconds = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
        if not times or seconds >= times[-1]:
            times.append(float(seconds))
    return times
