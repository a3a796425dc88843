"""Words that a Whisper model invents, told from those that somebody said; and speech that it leaves out.

The model was trained on captions, so over silence and music it writes what captions end with; at times it
repeats a phrase for ever, or ends before the speech does. One sign alone proves little: people do repeat
themselves and do thank their listeners. The thresholds for silence and compression are those of A. Radford et
al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), section 4.5.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from episcribe.speech.coverage import Spans, longest_hole
from episcribe.speech.heard import Heard, HeardWord, utterances
from episcribe.speech.results import Dropped

NO_SPEECH = 0.6
LOW_LOG_PROBABILITY = -1.0
COMPRESSION = 2.4
REPETITION = "repetition"
# Letters a second; the quickest speakers reach 25 to 30. A Chinese or Japanese character counts as three.
_LETTERS_A_SECOND = 45.0
_FEWEST_LETTERS = 24
_LONGEST_PHRASE = 12
_LONGEST_HOLE = 2.0
_UNSURE = 0.5
_HARDLY_SPEECH = 0.2
_PARTLY_SPEECH = 0.6
_EDGES = re.compile(r"^\W+|\W+$")
# Lines that captions end with and models invent; compared without case and punctuation.
_CAPTION_LINES = re.compile(
    "thanks for watching|thank you( so much| very much)? for watching|please subscribe.*|subscribe to .*"
    "|(like and subscribe|see you (in the )?next (time|video)).*|subtitles? by .*|.*amara org.*"
    "|untertitel(ung)? .*|copyright [wn]dr \\d*|vielen dank fürs zuschauen|sous titr(es|age).*"
    "|merci d avoir regardé.*|subtítulos .*|gracias por ver.*|sottotitoli .*|grazie per la visione"
    "|legendas? .*|obrigad[oa] por assistir|ondertite(ld|ling).*|napisy .*|продолжение следует"
    "|субтитры .*|редактор субтитров.*|спасибо за просмотр|ご視聴ありがとうございました"
    "|请不吝点赞.*|字幕.*|시청해 ?주셔서 감사합니다"
)


class Judged(NamedTuple):
    """The utterances that are kept, in order, and the stretches that are not."""

    kept: list[tuple[HeardWord, ...]]
    dropped: list[Dropped]


def why_doubtful(heard: Heard, speech: Spans) -> str | None:
    """Why a window is worth a second hearing; None when nothing speaks against it.

    `speech` are the stretches with a voice in the window, in seconds and in order.
    """
    if heard.no_speech > NO_SPEECH and heard.log_probability < LOW_LOG_PROBABILITY:
        return "no speech"
    if heard.compression > COMPRESSION:
        return REPETITION
    if find_loops([plain(word.text) for word in heard.words]):
        return REPETITION
    if heard.log_probability < LOW_LOG_PROBABILITY:
        return "low probability"
    if longest_hole(speech, heard.words) > _LONGEST_HOLE:
        return "speech without words"
    if any(_is_too_quick(group) for group in utterances(heard.words)):
        return "too many words a second"
    return None


def judge(windows: Sequence[Heard], speech: Spans) -> Judged:
    """What of the windows' words was said; `speech` are the recording's stretches with a voice."""
    dropped: list[Dropped] = []
    left: list[Heard] = []
    for heard in windows:
        if heard.no_speech > NO_SPEECH and heard.log_probability < LOW_LOG_PROBABILITY and heard.words:
            dropped.append(_drop(heard.words, "no speech: the model is unsure of every word"))
        else:
            left.append(heard)
    words, doubts = _flatten(left)
    looped = [range(*span) for span in _false_loops(words, doubts)]
    dropped += (_drop(words[span.start : span.stop], "repetition without end") for span in looped)
    gone = set(chain.from_iterable(looped))
    kept: list[tuple[HeardWord, ...]] = []
    overlap = _Overlap(speech)
    for group in utterances([word for index, word in enumerate(words) if index not in gone]):
        why = _why_false(group, overlap.share(group[0].start, group[-1].end))
        if why:
            dropped.append(_drop(group, why))
        else:
            kept.append(group)
    return Judged(kept, sorted(dropped))


def find_loops(words: Sequence[str]) -> list[tuple[int, int]]:
    """The repetitions in `words` (plain, in order), without the first time: indexes of begin and end.

    A loop is a phrase of up to 12 words that stands there again and again: 8 times in a row for a single
    word, 4 times for a longer phrase.
    """
    loops: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        found = _loop_at(words, at)
        if found is None:
            at += 1
            continue
        size, end = found
        loops.append((at + size, end))
        at = end
    return loops


def plain(text: str) -> str:
    """A word without case and punctuation; empty when there is nothing else to it."""
    return _EDGES.sub("", unicodedata.normalize("NFKC", text).casefold())


def _loop_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """The size of the phrase that is repeated from `at` on, and where that ends."""
    for size in range(1, _LONGEST_PHRASE + 1):
        end = at + size
        while end < len(words) and words[end] == words[end - size]:
            end += 1
        times = (end - at) // size
        if times >= (8 if size == 1 else 4):
            return size, end
    return None


def _flatten(windows: Iterable[Heard]) -> tuple[list[HeardWord], list[bool]]:
    """All words, and for each whether its window shows signs of a loop."""
    words: list[HeardWord] = []
    doubts: list[bool] = []
    for heard in windows:
        words += heard.words
        doubts += [heard.compression > COMPRESSION or heard.log_probability < -0.8] * len(heard.words)
    return words, doubts


def _false_loops(words: Sequence[HeardWord], doubts: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The loops that have another sign against them: quicker than speech, unsure, or in a doubtful window."""
    for start, end in find_loops([plain(word.text) for word in words]):
        group = words[start:end]
        doubtful = sum(doubts[start:end]) * 2 > end - start
        if doubtful or _is_too_quick(group) or _sureness(group) < _UNSURE:
            yield start, end


def _why_false(group: Sequence[HeardWord], spoken: float) -> str | None:
    """Why an utterance, of which the share `spoken` lies on speech, is held to be invented."""
    sureness = _sureness(group)
    if spoken < _HARDLY_SPEECH and sureness < _UNSURE:
        return "words over silence"
    if _is_too_quick(group) and sureness < _UNSURE:
        return "more words a second than anybody says"
    line = " ".join(filter(None, re.split(r"\W+", "".join(word.text for word in group).casefold())))
    if _CAPTION_LINES.fullmatch(line) and (spoken < _PARTLY_SPEECH or sureness < _UNSURE):
        return "a line that captions end with, and hardly any speech"
    return None


def _is_too_quick(group: Sequence[HeardWord]) -> bool:
    letters = sum(3 if unicodedata.east_asian_width(c) == "W" else 1 for w in group for c in w.text.strip())
    return letters >= _FEWEST_LETTERS and letters > _LETTERS_A_SECOND * (group[-1].end - group[0].start)


def _sureness(group: Sequence[HeardWord]) -> float:
    return sum(word.probability for word in group) / len(group)


def _drop(group: Sequence[HeardWord], why: str) -> Dropped:
    return Dropped(group[0].start, group[-1].end, "".join(word.text for word in group).strip(), why)


class _Overlap:
    """How much of a span of time lies on stretches of speech; the spans are asked for in order."""

    def __init__(self, speech: Spans) -> None:
        self._speech = speech
        self._at = 0

    def share(self, start: float, end: float) -> float:
        while self._at < len(self._speech) and self._speech[self._at][1] <= start:
            self._at += 1
        if end <= start:
            return float(self._at < len(self._speech) and self._speech[self._at][0] <= start)
        covered = 0.0
        for low, high in self._speech[self._at :]:
            if low >= end:
                break
            covered += min(high, end) - max(low, start)
        return covered / (end - start)
