"""What a person types to find passages: words, "phrases", and beginnings* of words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.ledger.views.folding import Token, searchable, tokens
from episcribe.library.errors import EpiscribeError

_PART = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_QUOTES = str.maketrans("“”„«»", '"' * 5)
_LONGEST = 1000
_MOST = 32


class NoQueryError(EpiscribeError):
    """What was typed has no word that could be looked for, or too many."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; of the last one only the beginning, where `is_prefix`."""

    words: tuple[str, ...]
    is_prefix: bool

    def spans(self, text: Sequence[Token]) -> list[tuple[int, int]]:
        """Where the term stands in a text of these tokens: the first and the last token of each place."""
        length = len(self.words)
        return [(at, at + length - 1) for at in range(len(text) - length + 1) if self._stands_at(at, text)]

    def _stands_at(self, at: int, text: Sequence[Token]) -> bool:
        *whole, last = self.words
        found = text[at + len(whole)].folded
        if not (found.startswith(last) if self.is_prefix else found == last):
            return False
        return all(text[at + n].folded == word for n, word in enumerate(whole))


def parse_query(text: str) -> list[Term]:
    """The terms of a query, all of which a passage has to have.

    Whatever is typed is a query; signs that are no words part words. Raises NoQueryError where no word is
    left, or there are more than 32 of them.
    """
    clean = _NOT_TEXT.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).translate(_QUOTES)
    terms: list[Term] = []
    for match in _PART.finditer(clean[:_LONGEST]):
        phrase, star, word = match.groups()
        is_prefix = bool(star) if word is None else word.endswith("*")
        words = tuple(token.folded for token in tokens(phrase if word is None else word))
        if words:
            terms.append(Term(words, is_prefix))
    if not terms:
        raise NoQueryError(f"{text!r}: no word to look for")
    if sum(len(term.words) for term in terms) > _MOST or len(clean) > _LONGEST:
        raise NoQueryError(f"too long to look for: give at most {_MOST} words")
    return list(dict.fromkeys(terms))


def match_expression(terms: Sequence[Term]) -> str:
    """The terms as an expression of FTS5, in which every word is quoted."""
    return " AND ".join(
        f'"{searchable(" ".join(term.words))}"{" *" if term.is_prefix else ""}' for term in terms
    )
