"""Digests of what a stage read and made: of their bytes where these are few, else of size and time."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

SMALL = 400_000


def text_digest(text: str) -> str:
    """The digest of a text, such as the options of a stage."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def file_digest(path: str | Path) -> str | None:
    """`blake2b:…` over the bytes of a file of at most SMALL, `stat:SIZE-MTIME` of a larger one; None when it
    is not there.
    """
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - called for every file of every stage
            status = os.fstat(file.fileno())
            if status.st_size > SMALL:
                return f"stat:{status.st_size}-{status.st_mtime_ns}"
            return f"blake2b:{blake2b(file.read(), digest_size=8).hexdigest()}"
    except OSError:
        return None


def file_digests(folder: Path, names: Iterable[str]) -> dict[str, str | None]:
    """The digests of files by their names in `folder`, or by their paths where these are absolute."""
    return {name: file_digest(f"{folder}/{name}" if name[:1] != "/" else name) for name in names}
