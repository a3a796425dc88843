"""Failures that a person can act on, told apart by what a later run should do about them."""

from collections.abc import Iterable
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

    def __init__(self, message: str, kind: FailureKind | None = None) -> None:
        super().__init__(message)
        if kind is not None:
            self.kind = kind


class ConfigurationError(EpiscribeError):
    """The configuration cannot be used as it stands."""


class UnreadableTranscript(EpiscribeError):  # noqa: N818 - named for what it is, not for being an error
    """The bytes are not a transcript in any format that is known, or hold no words."""


def joint_kind(failures: Iterable[EpiscribeError]) -> FailureKind:
    """What several failures of one thing are together: worth trying again where one of them is."""
    return min((failure.kind for failure in failures), key=_HOPE.index)
