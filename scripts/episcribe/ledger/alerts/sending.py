"""Telling whom the configuration names of what a run did. Nothing here ever makes a run fail."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.ledger.alerts.deciding import Told, Wanted, decide, told_of_record
from episcribe.ledger.alerts.outbox import LONGEST, Letter, read_outbox, write_outbox
from episcribe.ledger.alerts.targets import Target, message, targets_of
from episcribe.ledger.reports.model import Facts
from episcribe.library.errors import plainly
from episcribe.library.files import write_if_changed
from episcribe.net.errors import FetchError

if TYPE_CHECKING:
    from episcribe.library.settings import MonitoringSettings
    from episcribe.net.client import Client

TOLD = Path("log") / "alerts.json"
_SECONDS = 5.0
_PATIENCE = 15.0  # seconds for all alerts of a run together
_REST = 300.0
_ANSWER = 65_536


def send_alerts(
    library: Path, monitoring: "MonitoringSettings", facts: Facts, run: str, now: float
) -> list[str]:
    """Send what is due after `run`, and what waits in the outbox; a line for each thing that did not go well.

    What is due stands in the outbox before anything is sent, so that a run that is killed loses nothing.
    Never raises because of a target or a file.
    """
    targets, problems = targets_of(monitoring.webhook_url)
    if not targets:
        return [f"Not told: {problem}" for problem in problems]
    wanted = Wanted(monitoring.alert_on_failure, monitoring.alert_threshold, monitoring.alert_when_finished)
    try:
        told = read_told(library)
        alerts, now_told = decide(facts, run, now, wanted, told)
        letters = read_outbox(library)
        letters += [Letter(target.label, alert) for alert in alerts for target in targets]
        if letters:
            write_outbox(library, letters, now)
        if alerts or now_told != told:
            write_if_changed(library / TOLD, json.dumps(now_told.record(), ensure_ascii=False))
        if letters:
            left, lines = deliver(letters, targets, now)
            write_outbox(library, left, now)
            problems += lines
    except OSError as error:
        problems.append(f"alerts: {plainly(error)}")
    return [f"Not told: {problem}" for problem in problems]


def read_told(library: Path) -> Told:
    """What was told before, nothing where that cannot be read."""
    try:
        return told_of_record(json.loads((library / TOLD).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return Told()


def deliver(
    letters: Sequence[Letter], targets: Sequence[Target], now: float
) -> tuple[list[Letter], list[str]]:
    """Send the letters in their order; those that are left, and a line for each target that failed.

    A target that failed is left in peace for the rest of the run.
    """
    from episcribe.net.client import Client, NetSettings

    by_label = {target.label: target for target in targets}
    left: list[Letter] = []
    failed: dict[str, tuple[str, float]] = {}
    begun = time.monotonic()
    settings = NetSettings(timeout=_SECONDS, deadline=_SECONDS, attempts=1, allow_private=True)
    with Client(settings) as client:
        for letter in letters:
            target = by_label.get(letter.to)
            if target is None or letter.not_before > now or letter.to in failed:
                left.append(letter)
                continue
            if time.monotonic() - begun > _PATIENCE:
                left.append(letter)
                failed.setdefault(letter.to, ("there was no time left", 0.0))
                continue
            refused = _post(client, target, letter)
            if refused is not None:
                failed[letter.to] = refused
                left.append(letter)
    waiting = [_later(letter, failed, now) for letter in left]
    lines = [f"{label}: {why}; the next run tries again" for label, (why, _) in failed.items()]
    return waiting, lines


def _later(letter: Letter, failed: dict[str, tuple[str, float]], now: float) -> Letter:
    if letter.to not in failed:
        return letter
    wait = failed[letter.to][1]
    return replace(letter, tries=letter.tries + 1, not_before=now + wait if wait else 0.0)


def _post(client: "Client", target: Target, letter: Letter) -> tuple[str, float] | None:
    """None when it was taken, else why not, and how many seconds the target wants to be left alone."""
    url, body = message(target, letter.alert)
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        with client.open(
            url,
            method="POST",
            headers=headers,
            content=body,
            follow_redirects=False,
            max_bytes=_ANSWER,
            deadline=_SECONDS,
        ) as stream:
            if 200 <= stream.status < 300:
                return None
            return f"status {stream.status}", _retry_after(stream.headers.get("retry-after"))
    except FetchError as error:
        # The client's messages name the host and the cause, never path, query or password.
        return str(error), min(error.retry_after or 0.0, LONGEST)


def _retry_after(value: str | None) -> float:
    """Seconds of a Retry-After header; a date is taken as a while."""
    if not value:
        return 0.0
    return min(float(value), 86400.0) if value.strip().isdigit() and len(value) < 10 else _REST
