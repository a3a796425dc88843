"""Words of a text: tokens, stop words, stems. Pure Python, light to import, for any language."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from episcribe.text.stemming import stem

__all__ = [
    "base_language",
    "content_words",
    "is_spaceless",
    "stem",
    "stems",
    "stopword_languages",
    "stopwords",
    "tokens",
]

_DATA = Path(__file__).parent / "data" / "stopwords"
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cmn": "zh", "yue": "zh", "fil": "tl", "hr": "sh"}
_ALIASES |= {
    "sr": "sh",
    "bs": "sh",
    "ms": "id",
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "spa": "es",
}

_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
_MARKS += "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_SPACELESS = re.compile(f"[{_HAN}{_HIRAGANA}{_KATAKANA}{_UNSPACED}]")
_WORD = re.compile(rf"[\w{_MARKS}]+(?:['’ʼ][\w{_MARKS}]+)*")
_HIRAGANA_ONLY = re.compile(f"[{_HIRAGANA}]+")
_ELISION = re.compile(
    r"(?:[cdjlmnstv]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|nell|all|sull|dall|coll|un|quest|quell)'(?=\w{2})"
)
_NOT_ELIDED = frozenset({"all'in", "un'in"})


@lru_cache(maxsize=256)
def base_language(language: str | None) -> str:
    """The primary subtag of a BCP 47 tag in lower case (`en-US` -> `en`); English where nothing is said."""
    if not language:
        return "en"
    primary = re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]
    return _ALIASES.get(primary, primary) or "en"


def is_spaceless(text: str) -> bool:
    """True when `text` holds characters of a script that is written without spaces (Han, kana, Thai …)."""
    return _SPACELESS.search(text) is not None


def tokens(text: str) -> list[str]:
    """The words of `text` in order, casefolded and in NFC, without punctuation.

    An apostrophe inside a word stays (`don't`); an elided article is a word of its own (`l'eau`: `l`, `eau`).
    Scripts without spaces: a run of Han gives its overlapping pairs, a run of hiragana or katakana itself,
    Thai and its neighbours overlapping groups of four characters.
    """
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded.replace("i\u0307", "i"))
        if _SPACELESS.search(folded):
            return [word for part in _mixed(folded) for word in _split(part)]
        folded = folded.replace("’", "'").replace("ʼ", "'")
    found = _WORD.findall(folded)
    if "'" in folded:
        return [word for part in found for word in _split(part)]
    if "_" in folded:
        return [word for part in found if (word := part.strip("_"))]
    return found


@lru_cache(maxsize=1)
def _mixed_runs() -> re.Pattern[str]:
    # Compiled when the first such text comes: it takes longer than all the other patterns.
    return re.compile(
        rf"(?P<han>[{_HAN}]+)|(?P<kana>[{_HIRAGANA}]+|[{_KATAKANA}]+)|(?P<unspaced>[{_UNSPACED}]+)"
        rf"|(?P<word>(?:(?![{_HAN}{_HIRAGANA}{_KATAKANA}{_UNSPACED}])[\w{_MARKS}'’ʼ])+)"
    )


def _mixed(folded: str) -> Iterable[str]:
    for match in _mixed_runs().finditer(folded):
        run = match.group()
        if match.lastgroup == "han":
            yield from _grams(run, 2)
        elif match.lastgroup == "unspaced":
            yield from _grams(run, 4)
        else:
            yield run.replace("’", "'").replace("ʼ", "'")


def _grams(run: str, size: int) -> list[str]:
    return [run[i : i + size] for i in range(max(1, len(run) - size + 1))]


def _split(word: str) -> list[str]:
    word = word.strip("_'")
    if not word:
        return []
    elided = _ELISION.match(word) if "'" in word else None
    if elided and word not in _NOT_ELIDED:
        return [elided.group()[:-1], *_split(word[elided.end() :])]
    return [word]


@lru_cache(maxsize=8)
def stopwords(language: str | None = None) -> frozenset[str]:
    """The function words and fillers of a language, as `tokens` writes them; empty for one without a list.

    None means English. Reads the one file that is asked for.
    """
    try:
        text = (_DATA / f"{base_language(language)}.txt").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return frozenset()
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(word for line in lines for entry in line.split() for word in _entry(entry))


def _entry(entry: str) -> list[str]:
    folded = unicodedata.normalize("NFC", entry.casefold().replace("i\u0307", "i").replace("’", "'"))
    return [folded, *(tokens(folded) if "'" in folded else [])]


@lru_cache(maxsize=1)
def stopword_languages() -> tuple[str, ...]:
    """The languages that have a list of stop words, in alphabetical order."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.txt")))


def content_words(text: str, language: str | None = None) -> list[str]:
    """The tokens of `text` that carry meaning, not stemmed, in order.

    Left out: stop words, single letters, what begins with a digit, runs of hiragana; a possessive `'s` goes.
    """
    stop = stopwords(language)
    return [
        word.removesuffix("'s")
        for word in tokens(text)
        if word not in stop
        and (len(word) > 1 or not word.isascii())
        and not word[0].isdigit()
        and not _HIRAGANA_ONLY.fullmatch(word)
    ]


def stems(text: str, language: str | None = None) -> list[str]:
    """The stems of the content words of `text`, in order."""
    return list(_stems(text, base_language(language)))


@lru_cache(maxsize=16384)
def _stems(text: str, base: str) -> tuple[str, ...]:
    # Segmenting, ranking and naming terms each ask for the stems of the same sentences.
    return tuple(stem(word, base) for word in content_words(text, base))
