"""Whether the files that stages made are whole, and as they were made."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from episcribe.ledger.digests import file_digest
from episcribe.ledger.events import Event, moment_of
from episcribe.ledger.verification.finding import Finding
from episcribe.ledger.verification.formats import fault_in
from episcribe.library.layout import STAGES, STATE

# What a file system may round the times of files to (FAT: two seconds).
_CLOCK = 2.5
# What people have no reason to change.
_NOT_EDITED = frozenset(("quality.yaml", "notes.pdf", "assessment.pdf"))
_ADVICE = "delete it, or use --fix, and the next run makes it again"


def check_products(folder: Path, name: str, events: Sequence[Event]) -> Iterator[Finding]:
    """The products in the episode's `folder` that are damaged; `name` is what the episode is called.

    Each is compared with the digest in the event of the stage that made it, and where that tells nothing it
    is opened.
    """
    for stage, made in STAGES.items():
        finished = _last_finish(events, stage)
        outputs = finished.get("outputs") if finished else None
        for product in made.products:
            path = folder / product
            if product == STATE or not path.is_file():
                continue
            recorded = outputs.get(product) if isinstance(outputs, dict) else None
            finding = _check(path, f"{name}/{product}", recorded, finished)
            if finding is not None:
                yield finding


def _check(path: Path, name: str, recorded: object, finished: Event | None) -> Finding | None:
    own = file_digest(path)
    if own is not None and own == recorded:
        return None
    if own is None:
        return Finding(name, "corrupt", "cannot be read", "look at its permissions, and at the disk")
    fault = fault_in(path.name, path.read_bytes())
    if fault is not None:
        return Finding(name, "corrupt", fault, _ADVICE, "remove")
    if not isinstance(recorded, str):
        return None
    if recorded.startswith("stat:"):
        size = recorded.removeprefix("stat:").partition("-")[0]
        if size == str(path.stat().st_size):
            return None
    if path.name in _NOT_EDITED:
        return Finding(name, "corrupt", "is not what was written", _ADVICE, "remove")
    ended = moment_of((finished or {}).get("time")) or 0.0
    if path.stat().st_mtime <= ended + _CLOCK:
        what = "is not what was written, though its time is the same"
        return Finding(name, "corrupt", what, _ADVICE, "remove")
    return Finding(name, "note", "was changed after it was made", "delete it to have it made again")


def _last_finish(events: Sequence[Event], stage: str) -> Event | None:
    own = (e for e in reversed(events) if e.get("stage") == stage and e["event"] == "finished")
    return next(own, None)
