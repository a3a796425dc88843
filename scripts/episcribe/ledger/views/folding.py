"""Words as they are compared in a search: without case and accents, and apart where a script does not part
them.
"""

import re
import unicodedata
from typing import NamedTuple

# Accents, and the points of Hebrew and Arabic, which most people write without.
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670]")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
# Chinese, Japanese and Korean; Thai, Lao, Burmese and Khmer.
_UNPARTED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30fa\u30fc-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNPARTED_LETTER = re.compile(f"([{_UNPARTED}])")
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[{_UNPARTED}]|(?:(?![{_UNPARTED}])(?:[^\\W_]|[{_MARKS}]))+")


class Token(NamedTuple):
    """A word as it is compared, and where it stands in the text."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text without case and accents, in compatibility form: ﬁ is fi, Ł is l."""
    if text.isascii():
        return text.lower()
    bare = _POINTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare.casefold().translate(_LETTERS))


def searchable(text: str) -> str:
    """The text as it is indexed: folded, every letter of a script without spaces a word of its own."""
    if text.isascii():
        return text
    return _UNPARTED_LETTER.sub(r" \1 ", fold(text))


def tokens(text: str) -> list[Token]:
    """The words of a text, folded, in their order."""
    return [Token(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
