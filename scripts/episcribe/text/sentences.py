"""Where the sentences of a text end, in many languages and scripts."""

import re
from collections.abc import Iterator

from episcribe.text.abbreviations import (
    CAPITAL_NOUNS,
    NEVER_FINAL,
    OFTEN_FINAL,
    ORDINAL_DOT,
    STARTERS,
)

_CLOSERS = r"""["'”’»)\]}]*"""
_TERMINATOR = re.compile(
    rf"[.!?…‥‼⁇⁈⁉؟۔।॥։።;\u037e\u203d]+{_CLOSERS}(?=\s|$|[\u4e00-\u9fff\u3040-\u30ff])"
    r"|[。！？｡．]+[」』”’）》】\)\"]*"
    r"|[។၊။]+\s*"
    r"|(?<=\n)\s*\n"
)
_OPENERS = "\"'“‘«»„‚([{¿¡-–—*_"  # noqa: RUF100
_WIDE_END = "。！？｡．"
_WORD = re.compile(r"\w\S*")
_INITIAL = re.compile(r"^[^\W\d_]$")
_DOTTED = re.compile(r"^(?:[^\W\d_]\.)+[^\W\d_]$")
_NUMBER = re.compile(r"^\d{1,3}$")
_ROMAN = re.compile(r"^[IVX]{1,5}$")


def split_sentences(text: str, language: str | None = None) -> list[str]:
    """The sentences of `text` in order, each without the white space around it.

    `language` (BCP 47) chooses abbreviations and customs; unknown ones are read by the common rules.
    """
    return [text[start:end] for start, end in sentence_spans(text, language)]


def sentence_spans(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end) in characters; together they hold all that is not space.

    A full stop ends a sentence unless it closes an abbreviation, an initial, an ordinal or a number of a
    list, or a word in lower case follows; `?` and `!` likewise where a quotation goes on. Linear time.
    """
    primary = (language or "").replace("_", "-").split("-", 1)[0].lower()
    spans: list[tuple[int, int]] = []
    start = _skip_space(text, 0)
    for end in (*_boundaries(text, primary), len(text.rstrip())):
        if end <= start:
            continue
        if spans and end - start < 8 and not any(map(str.isalnum, text[start:end])):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        start = _skip_space(text, end)
    return spans


def is_caseless(text: str) -> bool:
    """True when `text` is written without capitals (a script that has none, or lower case throughout)."""
    capitals = sum(map(str.isupper, text))
    return capitals * 200 < sum(map(str.islower, text))


def _boundaries(text: str, language: str) -> Iterator[int]:
    caseless = is_caseless(text)
    for match in _TERMINATOR.finditer(text):
        mark = match[0]
        if mark[0] in _WIDE_END or not mark.strip():
            if not _quotation_goes_on(text, match):
                yield match.end() if mark.strip() else match.start()
        elif ";" in mark and language != "el":
            continue
        elif _ends_here(text, match, language, caseless):
            yield len(mark.rstrip()) + match.start()


def _quotation_goes_on(text: str, match: re.Match[str]) -> bool:
    return match[0][-1] in "」』" and text[match.end() : match.end() + 1] in ("と", "っ", "、", "，")


def _ends_here(text: str, match: re.Match[str], language: str, caseless: bool) -> bool:
    following = _following_word(text, match.end())
    if not following:
        return True
    first = following[0]
    mark = match[0]
    if first.islower() and not caseless:
        return False
    if mark[0] in "!?؟۔।॥։።" or mark.startswith(("?", "!")):
        return True
    if mark.startswith(("..", "…", "‥")):
        return following.split("'")[0].split("’")[0] != "I" or len(mark) > 4
    return _full_stop_ends(text, match.start(), following, language, caseless=caseless)


def _full_stop_ends(text: str, stop: int, following: str, language: str, *, caseless: bool) -> bool:
    word = _word_before(text, stop)
    if not word:
        return True
    folded = word.casefold()
    never = NEVER_FINAL.get(language, frozenset())
    if folded in never or folded in NEVER_FINAL[""]:
        return False
    if _INITIAL.match(word) or _DOTTED.match(word):
        return _initial_ends(word, following, text, stop, caseless)
    if folded in OFTEN_FINAL:
        return not caseless or following.casefold() in STARTERS
    if _NUMBER.match(word):
        return _number_ends(word, following, text, stop, language)
    return not (_ROMAN.match(word) and language in ORDINAL_DOT)


def _initial_ends(word: str, following: str, text: str, stop: int, caseless: bool) -> bool:
    starts_sentence = following.casefold().split("'")[0].split("’")[0] in STARTERS
    if "." in word:
        return starts_sentence and not (word.islower() and len(word) == 3 and word in ("e.g", "i.e"))
    if word == "I" or caseless or not word.isupper():
        return word != "I" or starts_sentence or not _word_before(text, stop - 2)[:1].isupper()
    before = _word_before(text, stop - len(word) - 1)
    in_chain = len(before) == 2 and before[1] == "."
    return starts_sentence or (before[:1].islower() and not in_chain) or before[:1].isdigit()


def _number_ends(word: str, following: str, text: str, stop: int, language: str) -> bool:
    before = _word_before(text, stop - len(word) - 1)
    if not before or before[-1] in ".!?:":
        return False
    if language not in ORDINAL_DOT or int(word) > 31:
        return True
    if language in CAPITAL_NOUNS:
        return following.casefold() in STARTERS
    return True


def _word_before(text: str, end: int) -> str:
    """The run of non-space that ends at `end` (looked for over 40 characters), without opening marks."""
    if end <= 0:
        return ""
    end = len(text[max(0, end - 8) : end].rstrip()) + max(0, end - 8)
    low = max(0, end - 40)
    chunk = text[low:end]
    cut = max(chunk.rfind(" "), chunk.rfind("\n"), chunk.rfind("\u00a0"))
    return chunk[cut + 1 :].lstrip(_OPENERS)


def _following_word(text: str, start: int) -> str:
    """The next word, looked for over 60 characters; marks before it are passed over."""
    match = _WORD.search(text, start, start + 60)
    return match[0].rstrip(".,;:!?…") if match else ""


def _skip_space(text: str, at: int) -> int:
    size = len(text)
    while at < size and text[at].isspace():
        at += 1
    return at
