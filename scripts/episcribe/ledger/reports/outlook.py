"""What is known of a library together with what that lets one expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from episcribe.ledger.forecast import Estimate
from episcribe.ledger.reports.model import Attempt, Facts
from episcribe.ledger.reports.predictions import (
    Verdict,
    estimate_remaining,
    read_predictions,
    verdicts_on,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The facts of a library with what follows from them for the remaining work."""

    facts: Facts
    attempts: Sequence[Attempt]
    told: Estimate
    verdicts: Sequence[Verdict]


def outlook_on(library: Path, facts: Facts) -> Outlook:
    """What is to be expected of the library at `library`."""
    attempts = facts.attempts()
    verdicts = verdicts_on(read_predictions(library), facts, attempts)
    return Outlook(facts, attempts, estimate_remaining(facts, attempts, verdicts), verdicts)
