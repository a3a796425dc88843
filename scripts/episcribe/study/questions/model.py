"""What a question is, and what may be asked for."""

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["multiple choice", "cloze", "short answer"]

KINDS: tuple[Kind, ...] = ("multiple choice", "cloze", "short answer")

BLANK = "_____"

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class AssessmentOptions:
    """How many questions and flashcards an episode gets at most, of which kinds, with how many choices."""

    questions: int = 12
    kinds: tuple[Kind, ...] = KINDS
    flashcards: int = 20
    choices: int = 4


@dataclass(frozen=True, slots=True)
class Question:
    """One question that the transcript answers.

    `prompt` is the question itself. `quote` is the passage it is about, with `BLANK` where words are missing
    (None where the prompt says it all). `answer` is a verbatim stretch of `evidence`, and `evidence` of the
    transcript. `choices` holds the answer and its distractors in the order shown (multiple choice only).
    `start` is in seconds; `segment` is the index of the sentence that the evidence begins with. `topic` is
    what the question is about, in small letters: no two questions of an assessment share it. `score` ranks
    questions of one kind.
    """

    kind: Kind
    prompt: str
    answer: str
    evidence: str
    segment: int
    quote: str | None = None
    choices: tuple[str, ...] = ()
    start: float | None = None
    speaker: str | None = None
    chapter: str | None = None
    topic: str = ""
    score: float = 0.0

    def with_choices(self, choices: tuple[str, ...]) -> "Question":
        """The same question with its choices in another order."""
        return replace(self, choices=choices)
