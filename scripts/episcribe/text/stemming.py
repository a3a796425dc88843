"""Stems of words: Porter's algorithm for English, light suffix stripping for other languages."""

import re
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "endings.txt"

_STEP2 = {"ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble"}
_STEP2 |= {"alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate"}
_STEP2 |= {"ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al"}
_STEP2 |= {"iviti": "ive", "biliti": "ble", "logi": "log"}
_STEP3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
    "al", "er", "ic", "ou",
)  # fmt: skip
_END2 = re.compile("(?:" + "|".join(sorted(_STEP2, key=len, reverse=True)) + ")$")
_END3 = re.compile("(?:" + "|".join(sorted(_STEP3, key=len, reverse=True)) + ")$")
_END4 = re.compile("(?:" + "|".join(_STEP4) + "|(?<=[st])ion)$")
_RUNS = re.compile("v+c+")

_ARABIC_PREFIX = re.compile("^(?:وال|بال|كال|فال|لل|ال)(?=.{3})")
_ARABIC_MARKS = re.compile("[\u0640\u064b-\u065f\u0670]")
_ROMANCE = frozenset({"ca", "es", "fr", "it", "pt"})
_ACCENTS = str.maketrans("àáâãèéêëìíîïòóôõùúûü", "aaaaeeeeiiiioooouuuu")
_UMLAUTS = str.maketrans("äöü", "aou")
_GREEK_ACCENTS = str.maketrans("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ")


@lru_cache(maxsize=65536)
def stem(word: str, language: str = "en") -> str:
    """The stem of a casefolded `word`; the word itself where the language has no rules here.

    English: M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Other languages: the
    longest of a short list of inflectional endings, as in J. Savoy's light stemmers (JASIS 50(10), 1999).
    """
    if language == "en":
        return _english(word)
    if language == "ar":
        bare = _ARABIC_PREFIX.sub("", _ARABIC_MARKS.sub("", word)) or word
    else:
        bare = _unaccented(word, language)
    return _light(bare, language)


def _unaccented(word: str, language: str) -> str:
    """`word` without the accents that inflection moves (`transacción`, `transacciones`; `Zug`, `Züge`)."""
    if language in _ROMANCE:
        return word.translate(_ACCENTS)
    if language == "de":
        return word.translate(_UMLAUTS)
    return word.translate(_GREEK_ACCENTS).replace("ς", "σ") if language == "el" else word


@lru_cache(maxsize=1)
def _endings() -> dict[str, tuple[int, tuple[str, ...]]]:
    table = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, keep, *listed = line.split()
            endings = {_unaccented(ending, language) for ending in listed}
            table[language] = int(keep), tuple(sorted(endings, key=lambda ending: (-len(ending), ending)))
    return table


def _light(word: str, language: str) -> str:
    """`word` without the longest ending of `language` that leaves enough letters."""
    keep, endings = _endings().get(language, (0, ()))
    if len(word) <= keep:
        return word
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= keep:
            return word[: -len(ending)]
    return word


def _shape(text: str) -> str:
    """`text` as a string of c (consonant) and v (vowel); y is a vowel after a consonant."""
    shape = ""
    for letter in text:
        vowel = letter in "aeiou" or (letter == "y" and shape[-1:] == "c")
        shape += "v" if vowel else "c"
    return shape


def _measure(text: str) -> int:
    return len(_RUNS.findall(_shape(text)))


def _ends_cvc(text: str) -> bool:
    return _shape(text).endswith("cvc") and text[-1] not in "wxy"


def _english(word: str) -> str:
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) <= 2 or not word.isascii():
        return word
    word = _step1(word)
    if (found := _END2.search(word)) and _measure(word[: found.start()]) > 0:
        word = word[: found.start()] + _STEP2[found.group()]
    if (found := _END3.search(word)) and _measure(word[: found.start()]) > 0:
        word = word[: found.start()] + _STEP3[found.group()]
    if (found := _END4.search(word)) and _measure(word[: found.start()]) > 1:
        word = word[: found.start()]
    return _step5(word)


def _step1(word: str) -> str:
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if _measure(word[:-3]) > 0:
            word = word[:-1]
    elif (ending := "ed" if word.endswith("ed") else "ing" if word.endswith("ing") else "") and "v" in _shape(
        word[: -len(ending)]
    ):
        word = _mend(word[: -len(ending)])
    if word.endswith("y") and "v" in _shape(word[:-1]):
        word = word[:-1] + "i"
    return word


def _mend(word: str) -> str:
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if len(word) > 1 and word[-1] == word[-2] and word[-1] not in "aeioulsz":
        return word[:-1]
    if _measure(word) == 1 and _ends_cvc(word):
        return word + "e"
    return word


def _step5(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_cvc(word[:-1])):
            word = word[:-1]
    if word.endswith("ll") and _measure(word[:-1]) > 1:
        word = word[:-1]
    return word
