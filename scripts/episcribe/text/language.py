"""Which language a text is written in: by its script, else by its commonest words and its letters."""

import math
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from episcribe.text.language_words import ARABIC, CYRILLIC, DEVANAGARI, ENDINGS, LATIN, LETTERS

_LONGEST_SAMPLE = 20_000
_FEWEST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("latin", "A-Za-z\u00aa-\u024f\u1e00-\u1eff"),
    ("cyrillic", "\u0400-\u052f"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("devanagari", "\u0900-\u097f"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("kana", "\u3041-\u30ff"),
    ("ko", "\u1100-\u11ff\uac00-\ud7af"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"),
    ("gu", "\u0a80-\u0aff"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("si", "\u0d80-\u0dff"),
    ("lo", "\u0e80-\u0eff"),
    ("my", "\u1000-\u109f"),
    ("km", "\u1780-\u17ff"),
    ("am", "\u1200-\u137f"),
)
_WORDS = {"latin": LATIN, "cyrillic": CYRILLIC, "arabic": ARABIC, "devanagari": DEVANAGARI}
# The share that a word outside a language's list is taken to have in it; what a foreign letter costs, and
# what the ending of a word earns.
_UNLISTED = 0.0009
_FOREIGN_LETTER = 1.6
_ENDING_WEIGHT = 1.1
# A character says more in scripts whose characters are syllables or words.
_DENSITY = {"han": 2.5, "kana": 1.5, "ko": 1.8}


class Detection(NamedTuple):
    """A primary language subtag (BCP 47), None where it cannot be told, and how sure that is (0 to 1)."""

    language: str | None
    confidence: float


def detect_language(text: str) -> Detection:
    """The language of `text`; None for fewer than four words (four characters of Chinese, Japanese, Korean).

    The script decides alone where only one language of those known is written in it. Between languages of
    one script decides how likely each makes the common words of the text, with Zipf's law for their
    frequencies, and what letters the text has that a language lacks. Looks at 20,000 characters at most.
    """
    sample = text[:_LONGEST_SAMPLE]
    script, share = _script(sample)
    if script is None:
        return Detection(None, 0.0)
    if script not in _WORDS:
        enough = sum(map(str.isalpha, sample)) >= _FEWEST_WORDS
        return Detection(script, round(share, 3)) if enough else Detection(None, 0.0)
    return _by_words(sample, script, share)


def function_word_share(text: str, language: str | None) -> float | None:
    """The share of the words of `text` that are among the commonest of `language`; None without a list."""
    primary = (language or "").split("-", 1)[0].lower()
    primary = {"nb": "no", "nn": "no", "bs": "hr", "ms": "id", "fil": "tl"}.get(primary, primary)
    common = _common_words(primary)
    if common is None:
        return None
    words = _words(text)
    return sum(word in common for word in words) / len(words) if words else 0.0


def _script(text: str) -> tuple[str | None, float]:
    """The script most of `text` is in, or the language that it stands for, and its share of the letters."""
    if text.isascii():
        return ("latin", 1.0) if any(map(str.isalpha, text)) else (None, 0.0)
    counts = Counter(
        {name: len(pattern.findall(text)) * _DENSITY.get(name, 1.0) for name, pattern in _patterns()}
    )
    total = sum(counts.values())
    if not total:
        return None, 0.0
    if (
        counts["kana"] > 0.05 * (counts["kana"] + counts["han"])
        and counts["kana"] + counts["han"] > 0.4 * total
    ):
        return "ja", (counts["kana"] + counts["han"]) / total
    name, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return ("zh" if name == "han" else name), count / total


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(f"[{ranges}]")) for name, ranges in _SCRIPTS)


@cache
def _index(script: str) -> dict[str, dict[str, float]]:
    """For each common word of a script's languages, how much more likely each language makes it (log)."""
    index: dict[str, dict[str, float]] = {}
    for language, listed in _WORDS[script].items():
        for rank, word in enumerate(dict.fromkeys(listed.split()), start=1):
            likely = 0.06 / (rank + 1) ** 0.75
            index.setdefault(word, {})[language] = math.log(likely / _UNLISTED)
    return index


@cache
def _endings(script: str) -> tuple[re.Pattern[str], dict[str, dict[str, float]]]:
    """A pattern for the longest known ending of a word, and how much each ending speaks for a language."""
    index: dict[str, dict[str, float]] = {}
    for language, listed in ENDINGS.items():
        if language in _WORDS[script]:
            for ending in listed.split():
                index.setdefault(ending, {})[language] = _ENDING_WEIGHT
    longest_first = sorted(index, key=lambda ending: (-len(ending), ending))
    return re.compile(rf".{{2,}}?({'|'.join(longest_first) or '(?!)'})"), index


@cache
def _common_words(language: str) -> frozenset[str] | None:
    listed = next((lists[language] for lists in _WORDS.values() if language in lists), None)
    return None if listed is None else frozenset(listed.split())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _by_words(text: str, script: str, share: float) -> Detection:
    words = _words(text)
    if len(words) < _FEWEST_WORDS:
        return Detection(None, 0.0)
    index = _index(script)
    scores = dict.fromkeys(_WORDS[script], 0.0)
    endings, by_ending = _endings(script)
    for word, count in Counter(words).items():
        if word in index:
            for language, weight in index[word].items():
                scores[language] += count * weight
        elif len(word) > 4 and (match := endings.fullmatch(word)):
            for language, weight in by_ending[match[1]].items():
                scores[language] += count * weight
    if script != "devanagari":
        _charge_foreign_letters(text, scores)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    best, second = ranked[0], ranked[1]
    if best[1] <= 2.0:
        return Detection(None, 0.0)
    margin = (best[1] - max(second[1], 0.0)) / math.sqrt(len(words))
    return Detection(best[0], round(share * (1 - math.exp(-margin)), 3))


def _charge_foreign_letters(text: str, scores: dict[str, float]) -> None:
    letters = Counter(text.casefold())
    for letter, count in letters.items():
        if letter.isascii() or not letter.isalpha():
            continue
        for language in scores:
            if letter not in LETTERS[language]:
                scores[language] -= count * _FOREIGN_LETTER
