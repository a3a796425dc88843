"""Checksums that a source gives for its files, and whether a file has them."""

from collections.abc import Mapping
from hashlib import file_digest, new
from pathlib import Path
from typing import Any

from episcribe.library.errors import EpiscribeError, FailureKind

# The strongest first; one is enough, and a pass over a long recording takes seconds.
_KNOWN = ("sha256", "sha1", "md5")


def checksums_of(extra: Mapping[str, Any], url: str) -> dict[str, str]:
    """What an episode's `extra` knows of the file at `url`: digests by algorithm, {} for none."""
    by_url = extra.get("checksums")
    found = by_url.get(url) if isinstance(by_url, Mapping) else None
    known = found if isinstance(found, Mapping) else {}
    return {name: str(known[name]).lower() for name in _KNOWN if known.get(name)}


def check_file(path: Path, checksums: Mapping[str, str]) -> None:
    """Compare a file with the strongest of `checksums`. Raises EpiscribeError (transient) when it differs.

    Without any that is known, every file is right. Raises OSError when it cannot be read.
    """
    name = next((name for name in _KNOWN if name in checksums), None)
    if name is None:
        return
    with path.open("rb") as file:
        found = file_digest(file, lambda: new(name, usedforsecurity=False)).hexdigest()
    if found != checksums[name].lower():
        what = f"{path.name} is not what the source has: its {name} begins {found[:12]}"
        raise EpiscribeError(f"{what}, not {checksums[name][:12]}; it is fetched anew", FailureKind.TRANSIENT)
