"""What a check of `episcribe doctor` finds."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, how it stands, and what to do about it.

    A `problem` is a part that is missing or does not work; a `note` may matter later.
    """

    name: str
    state: State
    said: str
    advice: str | None = None

    @property
    def text(self) -> str:
        """What was found, and what to do, in one line."""
        return " ".join(f"{self.said}; {self.advice}".split()) if self.advice else self.said


def ok(name: str, said: str) -> Finding:
    """It is as it should be."""
    return Finding(name, "ok", said)


def note(name: str, said: str, advice: str | None = None) -> Finding:
    """It is worth knowing, and nothing fails for it."""
    return Finding(name, "note", said, advice)


def problem(name: str, said: str, advice: str) -> Finding:
    """Something is missing or does not work."""
    return Finding(name, "problem", said, advice)
