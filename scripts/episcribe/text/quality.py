"""How far a cleaned transcript can be trusted to be one: a score with its reasons, and the gate."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.library.transcript import Segment, Transcript
from episcribe.text.boilerplate import find_boilerplate
from episcribe.text.clauses import count_units
from episcribe.text.language import Detection, detect_language, function_word_share
from episcribe.text.pieces import UNSPACED
from episcribe.text.repetition import measure_repetition

THRESHOLD = 50

_BRIDGED = 45.0
_WORDS_A_MINUTE = 110.0
_SAMPLE = 20_000
_PUNCTUATION = str.maketrans("", "", '.,!?;:"“”„«»…()[]')
_MOJIBAKE = re.compile("\ufffd|[ÃÂâ][\u0080-\u00bf€™œž]|Ð[\u0080-\u00bf]|[\x80-\x9f]")
_LONG_TEXT = 5000
_VOWEL = re.compile("[aeiouy]")
# Languages that say with endings, or with other words, what most of Europe says with small words.
_FEW_COMMON_WORDS = frozenset(
    "cs sk pl ru uk be fi et hu tr az lt lv id vi sl hr sr eu kk mn is mk bg".split()
)
_ALIKE = (
    {"no", "nb", "nn", "da"},
    {"hr", "sr", "bs", "sh"},
    {"id", "ms"},
    {"cs", "sk"},
    {"pt", "gl"},
    {"tl", "fil"},
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were lost: a short name, how many (of 100), and a sentence for a person."""

    name: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Quality:
    """A score from 0 to 100, the reasons for what it lacks, the worst first, and what was measured."""

    score: int
    reasons: tuple[Reason, ...]
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Sample:
    """A transcript as the checks see it: its speech, counted once."""

    segments: Sequence[Segment]
    sentences: Sequence[str]
    text: str
    words: Sequence[str]
    units: float
    unspaced: bool
    minutes: float | None
    detection: Detection


def assess_quality(
    transcript: Transcript, *, duration: float | None, raw_words: int | None = None
) -> Quality:
    """The quality of a cleaned transcript of a recording of `duration` seconds (None where it is not known).

    Checks how much of the recording is covered, the pace of speech, repetition and loops, whether the words
    are words of a language, text of web pages, length, and the language. `raw_words`, the words before
    cleaning, are only noted. Deterministic; linear in the length of the text.
    """
    sample = _sample(transcript, duration)
    if not sample.text:
        return Quality(0, (Reason("empty", 100, "holds no spoken words"),), {"words": 0.0})
    measures: dict[str, float] = {"words": round(sample.units, 1)}
    if raw_words:
        measures["kept_of_raw"] = round(sample.units / raw_words, 3)
    reasons = [
        *_coverage(sample, duration, measures),
        *_pace(sample, measures),
        *_repetition(sample, measures),
        *_real_words(sample, transcript.language, measures),
        *_page_text(sample, measures),
        *_length(sample, measures),
        *_language(sample, transcript.language, measures),
    ]
    lost = sorted((reason for reason in reasons if reason.points > 0), key=lambda r: (-r.points, r.name))
    return Quality(max(0, 100 - sum(reason.points for reason in lost)), tuple(lost), measures)


def passes(quality: Quality, threshold: int = THRESHOLD) -> bool:
    """True when a transcript of this quality is good enough to be used."""
    return quality.score >= threshold


def _sample(transcript: Transcript, duration: float | None) -> _Sample:
    speech = [segment for segment in transcript.segments if segment.kind == "speech"]
    text = " ".join(segment.text for segment in speech)
    sentences = [segment.text.casefold().translate(_PUNCTUATION) for segment in speech]
    unspaced = UNSPACED.search(text[:2000]) is not None
    words = list("".join(sentences).replace(" ", "")) if unspaced else " ".join(sentences).split()
    units = count_units(text) if unspaced else float(len(words))
    ends = [segment.end or segment.start or 0.0 for segment in speech]
    seconds = duration or max(ends, default=0.0)
    half = len(text) // 2
    short = text if len(text) < _SAMPLE else f"{text[: _SAMPLE // 2]} {text[half : half + _SAMPLE // 2]}"
    minutes = seconds / 60 if seconds > 0 else None
    return _Sample(speech, sentences, text, words, units, unspaced, minutes, detect_language(short))


def _coverage(sample: _Sample, duration: float | None, measures: dict[str, float]) -> list[Reason]:
    """How much of the recording the transcript tells: by its times, or by words at an unhurried pace."""
    if not duration:
        return []
    minutes = _minutes(duration)
    timed = [(s.start, s.end or s.start) for s in sample.segments if s.start is not None]
    reasons = []
    if len(timed) >= 0.9 * len(sample.segments):
        covered = _covered_seconds(timed, duration) / duration
        last = max(end for _, end in timed)
        if last > duration * 1.1 + 90:
            over = round((last / duration - 1) * 100)
            sentence = f"runs {over} % beyond the recording's {minutes}: it may belong to another one"
            reasons.append(Reason("overrun", min(60, 10 + over // 3), sentence))
    else:
        covered = min(1.0, sample.units / (duration / 60) / _WORDS_A_MINUTE)
    measures["coverage"] = round(covered, 3)
    points = _line(covered, (0.0, 90), (0.1, 75), (0.25, 52), (0.5, 25), (0.9, 0))
    if points:
        reasons.append(Reason("coverage", points, f"covers {round(covered * 100)} % of the {minutes}"))
    return reasons


def _covered_seconds(timed: Sequence[tuple[float, float]], duration: float) -> float:
    """Seconds within segments and the pauses between them; pauses count up to 45 s, the lead-in up to 90."""
    covered = 0.0
    at = 0.0
    for start, end in sorted(timed):
        begin = min(start, duration)
        reach = _BRIDGED * 2 if at == 0.0 else _BRIDGED
        if begin > at:
            covered += min(begin - at, reach)
            at = begin
        finish = min(end, duration)
        if finish > at:
            covered += finish - at
            at = finish
    return min(duration, covered + min(duration - at, _BRIDGED))


def _pace(sample: _Sample, measures: dict[str, float]) -> list[Reason]:
    """Words a minute, Chinese and its like counted by characters; 80 to 240 is how people talk."""
    if sample.minutes is None or sample.minutes < 0.1:
        return []
    pace = sample.units / sample.minutes
    measures["words_per_minute"] = round(pace, 1)
    points = _line(pace, (5, 60), (20, 40), (40, 15), (75, 0), (250, 0), (300, 20), (400, 55), (800, 80))
    if not points:
        return []
    slow = "more than silence and music explain" if pace < 100 else "faster than people talk"
    return [Reason("pace", points, f"{round(pace)} words a minute, {slow}")]


def _repetition(sample: _Sample, measures: dict[str, float]) -> list[Reason]:
    found = measure_repetition(sample.sentences, sample.words, unspaced=sample.unspaced)
    measures["repeated_runs"] = round(found.repeated_grams, 3)
    measures["looped"] = round(found.looped, 3)
    measures["compression"] = round(found.compression, 2)
    reasons = []
    loop = _line(found.looped, (0.03, 0), (0.1, 30), (0.2, 55), (0.5, 80), (1.0, 95))
    if loop:
        sentence = f"{round(found.looped * 100)} % of it are the same sentences over and over"
        reasons.append(Reason("looping", loop, sentence))
    repeated = _line(found.repeated_grams, (0.12, 0), (0.3, 40), (0.6, 65), (1.0, 80))
    repeated = max(repeated, _line(found.compression, (4.0, 0), (6.0, 40), (12.0, 70)))
    if repeated > loop:
        sentence = f"{round(found.repeated_grams * 100)} % of it was said before in the same words"
        reasons.append(Reason("repetition", repeated - loop, sentence))
    return reasons


def _real_words(sample: _Sample, declared: str | None, measures: dict[str, float]) -> list[Reason]:
    """Whether the text is made of words: by the common words of its language, by letters, by its encoding."""
    text = sample.text[:_SAMPLE]
    solid = len(text) - text.count(" ")
    letters = sum(map(str.isalpha, text))
    measures["letters"] = round(letters / solid, 3)
    broken = len(_MOJIBAKE.findall(text)) / max(1, len(text.split()))
    measures["broken_characters"] = round(broken, 4)
    reasons = []
    if broken > 0.01:
        points = _line(broken, (0.01, 0), (0.1, 30), (0.5, 70))
        reasons.append(
            Reason("encoding", points, f"{round(broken * 100)} of 100 words hold broken characters")
        )
    points = _line(letters / solid, (0.2, 80), (0.5, 40), (0.75, 0)) if text.isascii() else 0
    if points:
        reasons.append(Reason("letters", points, f"only {round(100 * letters / solid)} % of it are letters"))
    return reasons + _common_words(sample, declared, measures)


def _common_words(sample: _Sample, declared: str | None, measures: dict[str, float]) -> list[Reason]:
    """Whether common words of its language are as many as in talk, and capitals as few."""
    if len(sample.words) < 20:
        return []
    language, confidence = sample.detection
    if language is None or confidence < 0.3:
        return _unknown_words(sample)
    reasons = []
    share = function_word_share(sample.text[:_SAMPLE], language)
    if share is not None:
        measures["common_words"] = round(share, 3)
        expected = 0.22 if language in _FEW_COMMON_WORDS else 0.4
        points = _line(share / expected, (0.25, 70), (0.45, 40), (0.7, 0))
        sentence = (
            f"{round(share * 100)} % common words of its language: a list of names or headings, not talk"
        )
        reasons.append(Reason("words", points, sentence))
    capitals = _capital_share(sample)
    measures["capitals"] = round(capitals, 3)
    if language not in ("de", "lb"):
        points = _line(capitals, (0.45, 0), (0.7, 35), (1.0, 60))
        sentence = f"{round(capitals * 100)} % of the words inside its sentences begin with a capital"
        reasons.append(Reason("headings", points, sentence))
    return reasons


def _unknown_words(sample: _Sample) -> list[Reason]:
    """Words of no known language: noise, unless they repeat as the words of any language do (Zipf's law)."""
    words = [word for word in sample.words[:5000] if len(word) > 1]
    commonest = sum(count for _, count in Counter(words).most_common(30))
    letters = [word for word in words if len(word) > 2 and word.isalpha() and word.isascii()]
    vowelless = sum(_VOWEL.search(word) is None for word in letters)
    if len(words) >= 50 and commonest >= 0.15 * len(words) and vowelless <= 0.2 * len(letters):
        return [Reason("words", 15, "is in no language that is known here")]
    points = 60 if len(sample.words) >= 50 else 25
    return [Reason("words", points, "its words are of no language that is known")]


def _capital_share(sample: _Sample) -> float:
    """The share of words inside sentences that begin with a capital; 0 for text in capitals throughout."""
    inner = [
        word for segment in sample.segments[:1500] for word in segment.text.split()[1:] if word[0].isalpha()
    ]
    if not inner:
        return 0.0
    shouted = sum(word.isupper() and len(word) > 1 for word in inner)
    if shouted > 0.5 * len(inner):
        return 0.0
    return sum(word[0].isupper() for word in inner) / len(inner)


def _page_text(sample: _Sample, measures: dict[str, float]) -> list[Reason]:
    """Text of web pages at the edges, two phrases at least; none is looked for in long texts."""
    if sample.units > _LONG_TEXT:
        return []
    found = find_boilerplate(sample.text)
    measures["page_phrases"] = float(found.phrases)
    if found.phrases < 2:
        return []
    weight = _line(sample.units, (150, 35), (500, 20), (1500, 6), (_LONG_TEXT, 3))
    points = min(80, weight * (found.phrases - (0 if sample.units < 500 else 1)))
    what = " and ".join(found.kinds[:2])
    return [
        Reason("page text", points, f"reads like the {what} text of a web page ({found.phrases} phrases)")
    ]


def _length(sample: _Sample, measures: dict[str, float]) -> list[Reason]:
    """Very few words, unless the recording is as short."""
    pace = measures.get("words_per_minute", 0.0)
    if sample.minutes is not None and pace >= 60 and sample.units >= 5 and "coverage" in measures:
        return []
    points = _line(sample.units, (5, 60), (20, 45), (60, 20), (150, 0))
    return [Reason("length", points, f"only {round(sample.units)} words")] if points else []


def _language(sample: _Sample, declared: str | None, measures: dict[str, float]) -> list[Reason]:
    found, confidence = sample.detection
    measures["language_confidence"] = confidence
    primary = (declared or "").replace("_", "-").split("-", 1)[0].lower()
    if not found or len(primary) != 2 or confidence < 0.8 or len(sample.words) < 50 or found == primary:
        return []
    if any(found in group and primary in group for group in _ALIKE):
        return []
    sentence = f"is said to be {primary} but reads like {found}: perhaps a translation"
    return [Reason("language", 15, sentence)]


def _line(value: float, *points: tuple[float, float]) -> int:
    """The height at `value` of the line through `points` (place, height; places rise), flat beyond them."""
    place, height = points[0]
    if value <= place:
        return round(height)
    for next_place, next_height in points[1:]:
        if value <= next_place:
            return round(height + (next_height - height) * (value - place) / (next_place - place))
        place, height = next_place, next_height
    return round(height)


def _minutes(seconds: float) -> str:
    return f"{round(seconds / 60)} min" if seconds >= 90 else f"{round(seconds)} s"
