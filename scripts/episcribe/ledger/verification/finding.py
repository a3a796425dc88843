"""What verifying finds."""

from typing import Any, Literal, NamedTuple

Kind = Literal["corrupt", "source", "stale", "orphan", "temporary", "note"]
Fix = Literal["remove", "aside", "rewrite_state", "clean_log", "enter", "update_database", ""]


class Finding(NamedTuple):
    """Something that is not as it should be.

    `path` is that of a file or folder in the library. `kind` is `corrupt` (a derived file is damaged),
    `source` (a source of truth is), `stale` (a derived file tells what is no longer so), `orphan` (nobody
    makes it), `temporary` (left over), or `note`, which is no problem. `fix` is how `--fix` mends it, ""
    where a person has to.
    """

    path: str
    kind: Kind
    what: str
    advice: str = ""
    fix: Fix = ""

    @property
    def is_problem(self) -> bool:
        """True for what is wrong."""
        return self.kind != "note"

    def plain(self) -> dict[str, Any]:
        """The finding for JSON."""
        return {**self._asdict(), "fix": self.fix or None}
