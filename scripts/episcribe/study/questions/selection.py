"""Choosing among questions: the best of each kind, spread over the whole episode, no two about the same."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from episcribe.study.questions.distractors import overlaps
from episcribe.study.questions.model import Kind, Question

_FLOOR: Mapping[Kind, float] = {"multiple choice": 1.25, "cloze": 1.35, "short answer": 1.2}
_CROWDED = 0.7


def select(
    pool: Iterable[Question], kinds: Sequence[Kind], count: int, total: int, taken: Iterable[Question] = ()
) -> list[Question]:
    """At most `count` questions of the pool, the kinds in turn, in the order of the transcript.

    `total` is the number of sentences; the episode is cut in as many stretches as questions are wanted, and a
    stretch that has one already is less wanted. Questions under a floor of quality are not taken, whatever is
    missing then. `taken` are questions chosen before, whose sentences and topics are closed.
    """
    open_: dict[Kind, list[Question]] = {kind: [] for kind in kinds}
    for question in pool:
        if question.kind in open_ and question.score >= _FLOOR[question.kind]:
            open_[question.kind].append(question)
    for questions in open_.values():
        questions.sort(
            key=lambda question: (-question.score, question.segment, question.prompt, question.answer)
        )
    chosen: list[Question] = []
    closed = list(taken)
    stretches = [0] * max(1, count)
    while len(chosen) < count and any(open_.values()):
        for kind in kinds:
            best = _best(open_[kind], closed, stretches, total) if len(chosen) < count else None
            if best is None:
                open_[kind] = []
                continue
            open_[kind].remove(best)
            chosen.append(best)
            closed.append(best)
            stretches[_stretch(best, stretches, total)] += 1
    return sorted(chosen, key=lambda question: (kinds.index(question.kind), question.segment))


def _best(
    questions: Sequence[Question], closed: Sequence[Question], stretches: Sequence[int], total: int
) -> Question | None:
    best: Question | None = None
    highest = 0.0
    for question in questions:
        if best is not None and question.score <= highest:
            break
        value = question.score - _CROWDED * stretches[_stretch(question, stretches, total)]
        if (best is None or value > highest) and not any(_clash(question, other) for other in closed):
            best, highest = question, value
    return best


def _stretch(question: Question, stretches: Sequence[int], total: int) -> int:
    return min(len(stretches) - 1, question.segment * len(stretches) // max(1, total))


def _clash(one: Question, other: Question) -> bool:
    """True for two on the same sentence or the same thing, or when one gives the other's answer."""
    if (
        abs(one.segment - other.segment) <= 1
        or one.evidence in other.evidence
        or other.evidence in one.evidence
    ):
        return True
    if one.topic == other.topic:
        return True
    if (
        one.kind == other.kind
        and max(one.topic.count(" "), other.topic.count(" ")) < 3
        and overlaps(one.topic, other.topic)
    ):
        return True
    return _shows(one, other) or _shows(other, one)


def _shows(one: Question, other: Question) -> bool:
    shown = f"{one.prompt} {one.quote or ''}".lower()
    return len(other.answer) > 12 and other.answer.lower() in shown


def place_answers(questions: Sequence[Question], seed: str) -> list[Question]:
    """The questions with their choices in a fixed order that shows nothing.

    In every run of as many questions as there are choices the right answer stands once at each place, in an
    order that depends on `seed`.
    """
    placed: list[Question] = []
    seen = 0
    for question in questions:
        if not question.choices:
            placed.append(question)
            continue
        size = len(question.choices)
        block, step = divmod(seen, size)
        seats = sorted(
            range(size),
            key=lambda seat: sha256(f"{seed}\x1f{block}\x1f{seat}".encode("utf-8", "replace")).digest(),
        )
        wrong = sorted(
            (choice for choice in question.choices if choice != question.answer),
            key=lambda choice: sha256(f"{question.evidence}\x1f{choice}".encode("utf-8", "replace")).digest(),
        )
        wrong.insert(seats[step], question.answer)
        placed.append(question.with_choices(tuple(wrong)))
        seen += 1
    return placed
