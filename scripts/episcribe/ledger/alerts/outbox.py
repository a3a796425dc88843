"""`log/outbox.jsonl`: alerts that could not be delivered, for the next run. No address is in it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from episcribe.ledger.alerts.model import Alert, alert_of_record
from episcribe.ledger.events import moment_of, moment_text
from episcribe.library.files import write_if_changed

OUTBOX = Path("log") / "outbox.jsonl"
MOST = 200
LONGEST = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Letter:
    """An alert for the target with a label; not to be sent before a moment (seconds since 1970)."""

    to: str
    alert: Alert
    tries: int = 0
    not_before: float = 0.0


def read_outbox(library: Path) -> list[Letter]:
    """The letters that wait, oldest first; torn lines are passed over."""
    try:
        lines = (library / OUTBOX).read_bytes().splitlines()
    except OSError:
        return []
    return [letter for line in lines if (letter := _letter(line)) is not None]


def write_outbox(library: Path, letters: Sequence[Letter], now: float) -> None:
    """Keep the letters that are not too old, the latest of them if there are too many."""
    fresh = [letter for letter in letters if now - (moment_of(letter.alert.time) or now) < LONGEST][-MOST:]
    if fresh or (library / OUTBOX).exists():
        write_if_changed(library / OUTBOX, b"".join(_lines(fresh)))


def _lines(letters: Iterable[Letter]) -> Iterable[bytes]:
    for letter in letters:
        record = {"to": letter.to, "tries": letter.tries, "alert": letter.alert.record()}
        if letter.not_before:
            record["not_before"] = moment_text(letter.not_before)
        yield json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _letter(line: bytes) -> Letter | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    alert, to, tries = alert_of_record(record.get("alert")), record.get("to"), record.get("tries")
    if alert is None or not isinstance(to, str) or not isinstance(tries, int):
        return None
    return Letter(to, alert, tries, moment_of(record.get("not_before")) or 0.0)
