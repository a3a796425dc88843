"""How common words are in speech at large, so that what a talk is about stands out."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from episcribe.text.words import base_language, stem

_DATA = Path(__file__).parent / "data" / "common"
_EVERYDAY = Path(__file__).parent / "data" / "everyday.txt"
_RARITY = {50: 0.12, 30: 0.25, 20: 0.4, 15: 0.5, 10: 0.65, 7: 0.8}


@lru_cache(maxsize=4)
def common_words(language: str | None = None) -> Mapping[str, float]:
    """Words that talks of every kind hold, and how much each says of a talk's subject.

    From 0, nothing, to 1, as much as a rare word. Empty for a language without a table.
    """
    try:
        lines = (_DATA / f"{base_language(language)}.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    table = {}
    for line in lines:
        if line and not line.startswith("#"):
            level, *words = line.split()
            table.update(dict.fromkeys(words, _RARITY[int(level)]))
    return table


@lru_cache(maxsize=4)
def common_stems(language: str | None = None) -> Mapping[str, float]:
    """The same by stem; a stem counts as its commonest word."""
    base = base_language(language)
    table: dict[str, float] = {}
    for word, rarity in common_words(language).items():
        root = stem(word, base)
        table[root] = min(rarity, table.get(root, 1.0))
    return table


@lru_cache(maxsize=4)
def everyday_stems(language: str | None = None) -> frozenset[str]:
    """The stems of words of everyday life, which seldom name what a talk teaches; empty without a list."""
    base = base_language(language)
    for line in _EVERYDAY.read_text(encoding="utf-8").splitlines():
        listed, _, words = line.partition(" ")
        if listed == base:
            return frozenset(stem(word, base) for word in words.split())
    return frozenset()
