"""What a run compresses at its end, if the configuration says so."""

from collections.abc import Iterable
from pathlib import Path

from episcribe.library.errors import plainly
from episcribe.library.settings import RetentionSettings

_STAMP = "log/compressed"
_DAY = 86400.0


def compress_old(
    library: Path, folders: Iterable[Path], retention: RetentionSettings, now: float
) -> list[str]:
    """Compress old episodes, once a day at most because all of them are looked at; a line if that went wrong.

    The library is held by the caller.
    """
    if retention.compress_old == "never":
        return []
    from episcribe.ledger.compressing import compress_untouched

    stamp = library / _STAMP
    try:
        if stamp.exists() and 0 <= now - stamp.stat().st_mtime < _DAY:
            return []
        for _ in compress_untouched(library, folders, now - retention.compress_old):
            pass
        stamp.touch()
    except OSError as error:
        return [f"Old episodes are not compressed: {plainly(error)}"]
    return []
