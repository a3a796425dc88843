"""The record of a source in `discovery.json` after it was read, or could not be."""

from typing import Any

from episcribe.library.refresh import Record, address_in_record, fingerprint, utc_text
from episcribe.sources.listing import Failure, Reading
from episcribe.sources.reading import Task


def record_of(
    task: Task, answer: Reading | Failure, previous: Record, *, subject: str, checked_at: str
) -> Record:
    """The record after `answer`; what a failure or "not changed" does not tell stays as in `previous`.

    `checked_at` is now, UTC in ISO 8601.
    """
    record: Record = {
        "kind": task.kind,
        "origin": task.origin,
        "title": task.title or previous.get("title"),
        "subject": subject,
        **address_in_record(task.source),
        "etag": previous.get("etag"),
        "last_modified": previous.get("last_modified"),
        "checked_at": checked_at,
        "items": previous.get("items"),
        "fingerprint": previous.get("fingerprint"),
        "absent": previous.get("absent", []),
        "error": None,
    }
    if "feeds" in previous:
        record["feeds"] = previous["feeds"]
    if isinstance(answer, Failure):
        mark = fingerprint(task.kind, task.source)
        return {**record, "fingerprint": mark, "error": _error(answer, checked_at)}
    record.update(etag=answer.etag, last_modified=answer.last_modified, fingerprint=answer.fingerprint)
    listed = answer.items if answer.feeds is None else answer.feeds.feeds
    if listed is not None:
        record.update(title=task.title or answer.title, items=len(listed), absent=answer.absent)
    if answer.failure is not None:
        # Asked with these, the server would say that nothing has changed, and the rest would never be read.
        record.update(etag=None, last_modified=None, error=_error(answer.failure, checked_at))
        record["items"] = max(record["items"] or 0, previous.get("items") or 0)
    return record


def _error(failure: Failure, checked_at: str) -> dict[str, Any]:
    error = {"kind": str(failure.kind), "message": failure.message, "at": checked_at}
    return error if failure.until is None else {**error, "until": utc_text(failure.until)}
