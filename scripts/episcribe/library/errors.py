"""Failures that a person can act on, told apart by what a later run should do about them."""

from collections.abc import Sequence
from enum import StrEnum


class FailureKind(StrEnum):
    """Why a stage did not make its files."""

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    BLOCKED = "blocked"
    NONE = "none"


_HOPE = (FailureKind.TRANSIENT, FailureKind.BLOCKED, FailureKind.PERMANENT, FailureKind.NONE)


class EpiscribeError(Exception):
    """A failure whose message is one line for a person: what was expected, what came, what to do."""

    kind: FailureKind = FailureKind.PERMANENT
    until: float | None = None
    """When it may be tried again, in seconds since the epoch, where somebody asked for time."""

    def __init__(self, message: str, kind: FailureKind | None = None) -> None:
        super().__init__(message)
        if kind is not None:
            self.kind = kind


def plainly(error: EpiscribeError | OSError | MemoryError) -> str:
    """The error as one line for a person: where, and what."""
    if isinstance(error, MemoryError):
        return "there was not enough memory"
    if isinstance(error, EpiscribeError):
        return str(error)
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


class ConfigurationError(EpiscribeError):
    """The configuration cannot be used as it stands."""


class UnreadableTranscript(EpiscribeError):  # noqa: N818 - named for what it is, not for being an error
    """The bytes are not a transcript in any format that is known, or hold no words."""


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def joined(message: str, failures: Sequence[EpiscribeError]) -> EpiscribeError:
    """Several failures of one thing as one, worth trying again as soon as one of them is."""
    joint = EpiscribeError(message, min((failure.kind for failure in failures), key=_HOPE.index))
    joint.until = min((failure.until for failure in failures if failure.until is not None), default=None)
    return joint
