"""Wrong answers that look like the right one, and are wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from episcribe.study.questions.answers import Answer, Vocabulary, is_capitalised
from episcribe.study.questions.given_names import GIVEN_NAMES
from episcribe.study.questions.grammar import Grammar

_PARTS = re.compile(r"[^\W_]+")
_ACRONYMS = re.compile(r"[A-Z0-9]{2,}s")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|\d")


def order_key(*parts: str) -> str:
    """A key that puts texts in an order that is always the same and follows no rule a reader could see."""
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=4096)
def shape(text: str) -> tuple[str, bool, bool]:
    """How a word or phrase is written: case class, plural by its look, ending in -ing."""
    last = text.rsplit(None, 1)[-1]
    plural = (
        len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is"))
    ) or _ACRONYMS.fullmatch(last) is not None
    last = last.lower()
    return _case(text), plural, last.endswith("ing")


def _case(text: str) -> str:
    letters = [character for character in text.removesuffix("s") if character.isalpha()]
    if len(letters) >= 2 and all(character.isupper() for character in letters):
        return "acronym"
    return "capital" if is_capitalised(text.split(maxsplit=1)[0]) else "small"


def word_distractors(
    answer: Answer,
    vocabulary: Vocabulary,
    grammar: Grammar,
    barred: Iterable[str],
    count: int,
    *,
    article: str = "",
    people: Sequence[str] = (),
) -> list[str]:
    """Names or terms of the same transcript that have the answer's shape, the most alike first.

    `barred` are texts that cannot be used: what stands near the sentence may fit it as well. `article` is the
    word before the blank: after "a" and "an", and articles with a gender, only what can follow is taken.
    A person's name is only set among people's, those of the transcript and the `people` who speak.
    """
    pool = dict(vocabulary.names if answer.kind == "name" else vocabulary.terms)
    person = answer.kind == "name" and is_person(answer.text)
    if person:
        pool |= {name: 2 for name in people if len(name.split()) == len(answer.text.split())}
    wanted = shape(answer.text)
    closed = _forms_of({*barred, answer.text})
    ranked = []
    for text, number in pool.items():
        if shape(text) != wanted or abs(len(text.split()) - len(answer.text.split())) > (not person):
            continue
        if not _is_usable(text, wanted[0], article, vocabulary, grammar) or is_person(text) != person:
            continue
        if not _overlaps_any(text, closed):
            ranked.append(
                (_distance(answer.text, text, number, vocabulary), order_key(answer.text, text), text)
            )
    ranked.sort()
    return _distinct((text for _, _, text in ranked), count)


def _is_usable(text: str, case: str, article: str, vocabulary: Vocabulary, grammar: Grammar) -> bool:
    if case == "small" and (
        text.lower() in grammar.undefinable or (" " not in text and not vocabulary.is_noun(text, grammar))
    ):
        return False
    if article in grammar.articles:
        return bool(vocabulary.before.get(text.lower(), Counter())[article])
    return article not in ("a", "an") or _agrees(article, text)


def is_person(text: str) -> bool:
    """True for a capitalised text whose first word is a common given name."""
    return text.split(maxsplit=1)[0].lower().removesuffix("'s") in GIVEN_NAMES


def _distance(answer: str, text: str, number: int, vocabulary: Vocabulary) -> float:
    mine, theirs = answer.lower(), text.lower()
    alike = _overlap(vocabulary.before.get(mine), vocabulary.before.get(theirs)) + _overlap(
        vocabulary.after.get(mine), vocabulary.after.get(theirs)
    )
    words = abs(len(text.split()) - len(answer.split()))
    rare = 1.0 if number < 2 else 0.0
    weight = 1.0 - vocabulary.weights.get(theirs, 0.0)
    return (
        1.5 * words
        - 2.0 * alike
        + 0.6 * rare
        + 0.8 * weight
        + 0.4 * (bool(_INNER_CAPITAL.search(answer)) != bool(_INNER_CAPITAL.search(text)))
    )


def _overlap(left: Counter[str] | None, right: Counter[str] | None) -> float:
    if not left or not right:
        return 0.0
    shared = sum(min(left[word], right[word]) for word in left.keys() & right.keys())
    return shared / min(sum(left.values()), sum(right.values()))


def _distinct(texts: Iterable[str], count: int) -> list[str]:
    chosen: list[str] = []
    for text in texts:
        if len(chosen) == count:
            break
        if not any(overlaps(text, other) for other in chosen):
            chosen.append(text)
    return chosen


def overlaps(one: str, other: str) -> bool:
    """True when two texts could mean the same: they share a word, or one is made of the other's initials."""
    a, b = _forms(one), _forms(other)
    return b.bare in (a.bare, a.initials) or b.initials == a.bare or not a.words.isdisjoint(b.words)


def _overlaps_any(text: str, others: "_AllForms") -> bool:
    """True when `text` overlaps one of the others."""
    own = _forms(text)
    return (
        own.bare in others.bare
        or own.bare in others.initials
        or own.initials in others.bare
        or not own.words.isdisjoint(others.words)
    )


class _Forms(NamedTuple):
    bare: str
    initials: str
    words: frozenset[str]


class _AllForms(NamedTuple):
    """The forms of several texts."""

    bare: frozenset[str]
    initials: frozenset[str]
    words: frozenset[str]


def _forms_of(texts: Iterable[str]) -> _AllForms:
    every = [_forms(text) for text in texts]
    return _AllForms(
        frozenset(forms.bare for forms in every),
        frozenset(forms.initials for forms in every),
        frozenset().union(*(forms.words for forms in every)),
    )


@lru_cache(maxsize=4096)
def _forms(text: str) -> _Forms:
    parts = _PARTS.findall(text.lower())
    initials = "".join(part[0] for part in parts) if len(parts) > 1 else "\0"
    return _Forms(_bare("".join(parts)), initials, frozenset(_bare(part) for part in parts))


def _bare(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def _agrees(article: str, text: str) -> bool:
    return (text[0].lower() in "aeiou") == (article == "an")


_DIGITS = re.compile(r"(?P<sign>[$€£]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?(?P<percent>%?)")


def number_distractors(answer: Answer, others: Sequence[str], grammar: Grammar, count: int) -> list[str]:
    """Other numbers, written in the same way and of the same order; `others`, heard in the episode, first."""
    if answer.text.lower() in grammar.numerals:
        return _numeral_distractors(answer.text, grammar, count)
    match = _DIGITS.fullmatch(answer.text)
    if match is None or match["fraction"]:
        return []
    value = int(match["digits"].replace(",", ""))
    grouped = "," in match["digits"]
    steps = (-2, -1, 1, 2, 3, -3, 4, -4) if answer.kind == "year" else _steps(value)
    heard = [
        int(text)
        for text in others
        if text.isdigit() and text != answer.text and answer.kind == "year" and abs(int(text) - value) <= 12
    ]
    made = [value + step for step in sorted(steps, key=lambda step: order_key(answer.text, str(step)))]
    most = 100 if match["percent"] and value <= 100 else 10 * value + 100
    chosen: list[int] = []
    for other in (*sorted(set(heard), key=lambda n: order_key(answer.text, "heard", str(n))), *made):
        if 0 < other <= most and other != value and other not in chosen and len(chosen) < count:
            chosen.append(other)
    return [
        f"{match['sign']}{other:,}{match['percent']}"
        if grouped
        else f"{match['sign']}{other}{match['percent']}"
        for other in chosen
    ]


def _steps(value: int) -> tuple[int, ...]:
    """Differences that keep a number as round as it was."""
    unit = 1
    while value % (unit * 10) == 0 and unit * 10 <= value:
        unit *= 10
    if value // unit < 4 and unit > 1:
        unit //= 2
    elif value // unit % 5 == 0 and value // unit >= 15:
        unit *= 5
    elif value // unit > 20:
        unit *= value // unit // 8
    return (-2 * unit, -unit, unit, 2 * unit, 3 * unit, 4 * unit)


def _numeral_distractors(text: str, grammar: Grammar, count: int) -> list[str]:
    value = grammar.numerals[text.lower()]
    near = sorted(
        (word for word, number in grammar.numerals.items() if number > 1 and number != value),
        key=lambda word: (abs(grammar.numerals[word] - value), order_key(text, word)),
    )
    return [word.capitalize() if text[0].isupper() else word for word in near[:count]]
