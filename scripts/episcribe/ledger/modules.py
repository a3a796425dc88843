"""What each module did for the transcript of an episode, in the words of a module log: state, start, end,
status, result, error.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from episcribe.ledger.events import ENDS, Event

_STATES = ("completed", "failed")


def module_runs(events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """Every run of a module in the order of the events, one record each, for a table of them.

    A record has module_name, state (running, completed, failed), start_time, end_time, status (success,
    error; partial where it went well and yielded nothing), result_data, error_message, outcome, seconds, why,
    run and attempt.
    """
    for event in events:
        if event["event"] in ENDS:
            for told in _told(event):
                if told.get("state") in _STATES:
                    yield {**_record(told), "run": event.get("run"), "attempt": event.get("attempt")}


def fold_modules(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The latest run of each module, those that were never asked as pending, in the order of their turns."""
    latest: dict[str, dict[str, Any]] = {}
    turns: list[str] = []
    at_work: Event | None = None
    for event in events:
        what = event["event"]
        if what == "started" or what in ENDS:
            at_work = None if event.get("stage") == "transcript" else at_work
        elif what == "module" and isinstance(event.get("module"), str):
            at_work = event
        if what not in ENDS:
            continue
        for told in _told(event):
            name = str(told["module"])
            if name not in turns:
                turns.append(name)
            if told.get("state") in _STATES or latest.get(name, {}).get("state", "pending") == "pending":
                latest[name] = _record(told)
    if at_work is not None:
        name = str(at_work["module"])
        latest[name] = _record({"module": name, "state": "running", "start": at_work.get("time")})
        turns += [] if name in turns else [name]
    return [latest[name] for name in turns]


def _told(event: Event) -> list[Mapping[str, Any]]:
    told = event.get("modules")
    if not isinstance(told, list):
        return []
    return [item for item in told if isinstance(item, dict) and isinstance(item.get("module"), str)]


def _record(told: Mapping[str, Any]) -> dict[str, Any]:
    """A module's record; `skipped` is `pending` there: nothing was done."""
    state = str(told.get("state"))
    state = state if state in ("running", "completed", "failed") else "pending"
    outcome = told.get("outcome")
    status = None
    if state == "failed":
        status = "error"
    elif state == "completed":
        status = "success" if outcome in ("found", None) else "partial"
    more = {key: told.get(key) for key in ("outcome", "seconds", "why")}
    return {
        "module_name": str(told["module"]),
        "state": state,
        "start_time": told.get("start"),
        "end_time": told.get("end"),
        "status": status,
        "result_data": told.get("result"),
        "error_message": told.get("error"),
        **{key: value for key, value in more.items() if value is not None},
    }
