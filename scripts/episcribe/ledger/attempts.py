"""Whether a stage that failed is tried again, and when: what follows from its events and the configured
rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal

from episcribe.ledger.events import Event, moment_of, open_start

_LONGEST_LOOK_AGAIN = 12.0  # times the first one
_JITTER = 0.25
NEVER = 4e9  # the year 2096, in seconds since 1970

State = Literal["ready", "resting", "given_up"]


@dataclass(frozen=True, slots=True)
class RetryRules:
    """The configuration's `state_management.recovery`; all times in seconds.

    `rest` is how long a source that blocked is left in peace where it named no time itself.
    """

    max_retries: Mapping[str, int] = field(
        default_factory=lambda: {"download": 3, "conversion": 2, "upload": 3, "transcript": 3}
    )
    others: int = 2
    retry_delay: float = 300.0
    longest_delay: float = 86400.0
    look_again: float = 604800.0
    rest: float = 3600.0

    @classmethod
    def of_settings(cls, recovery: Mapping[str, Any], rest: float) -> "RetryRules":
        """The rules out of the configuration's `recovery` as plain data and its `network.rest`."""
        most = dict(recovery["max_retries"])
        others = int(most.pop("others"))
        return cls(
            most, others, recovery["retry_delay"], recovery["longest_delay"], recovery["look_again"], rest
        )

    def most(self, stage: str) -> int:
        """How often a stage is tried before it is given up."""
        return self.max_retries.get(stage, self.others)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stage stands: `ready` to be tried, `resting` until a moment (seconds since 1970), or `given_up`.

    `attempts` are those that count against the most that are made; `why` is a line for a person.
    """

    state: State
    attempts: int = 0
    until: float | None = None
    kind: str | None = None
    why: str = ""


READY = Standing("ready")


def standing(
    events: Sequence[Event],
    stage: str,
    rules: RetryRules,
    now: float,
    *,
    episode: str = "",
    current: Mapping[str, str | None] | None = None,
) -> Standing:
    """How `stage` stands after `events` (of the episode, oldest first) at the moment `now`.

    - What finished, was never tried, is at work, or was taken back by `retry` is ready.
    - A transient failure rests `retry_delay`, twice as long after each further one; after the most attempts
      the stage is given up. A permanent one is given up at once.
    - A blocked one counts as no attempt and rests until the time that the source named, else `rest`.
    - Where nothing was to be had (`none`) it is looked for again after `look_again`, ever less often.
    - An interrupted attempt counts as none.

    `current` holds the present digests of what the stage depends on, as the events do (`options`, `version`,
    and its inputs by name): where one differs from what the last failure saw, that failure says nothing of
    what would happen now, and the stage is ready. `episode` spreads the delays of episodes that failed
    together.
    """
    failures = failures_that_stand(events, stage)
    if not failures or _differs(failures[-1], current):
        return READY
    last = failures[-1]
    same = [event for event in failures if _seen(event) == _seen(last)]
    kind = str(last.get("kind") or "transient")
    attempts = sum(event.get("kind") not in ("none", "blocked") for event in same)
    error = str(last.get("error") or "it failed")
    if kind == "permanent" or (kind == "transient" and attempts >= rules.most(stage)):
        return Standing("given_up", attempts, None, kind, error)
    # A clock that was set back would make the rest longer than it is meant to be.
    failed_at = min(moment_of(last.get("time")) or 0.0, now)
    if kind == "blocked":
        rest = rules.rest
    elif kind == "none":
        looks = sum(event.get("kind") == "none" for event in same)
        rest = rules.look_again * min(2.0 ** (min(looks, 40) - 1), _LONGEST_LOOK_AGAIN)
    else:
        rest = retry_delay(rules, max(attempts, 1), f"{episode} {stage}")
    until = failed_at + rest
    if (named := moment_of(last.get("until"))) is not None:
        # No source is taken at its word for longer than one would wait without it.
        named = min(named, failed_at + rules.look_again)
        until = named if kind == "blocked" else max(until, named)
    return Standing("ready" if now >= until else "resting", attempts, min(until, NEVER), kind, error)


def retry_delay(rules: RetryRules, failures: int, key: str) -> float:
    """Seconds of rest after so many failures (from 1): doubled each time, a quarter more or less by `key`."""
    digest = blake2b(f"{key} {failures}".encode("utf-8", "surrogateescape"), digest_size=4).digest()
    share = int.from_bytes(digest, "big") / 0xFFFFFFFF
    doubled: float = rules.retry_delay * 2.0 ** min(failures - 1, 40)
    return min(doubled * (1 - _JITTER + 2 * _JITTER * share), rules.longest_delay)


def failures_that_stand(events: Sequence[Event], stage: str) -> list[Event]:
    """The failures of a stage since it last finished or was taken back; none while it is at work."""
    own = [event for event in events if event.get("stage") == stage]
    if open_start(own) is not None:
        return []
    failures: list[Event] = []
    for event in own:
        if event["event"] in ("finished", "retry"):
            failures.clear()
        elif event["event"] == "failed":
            failures.append(event)
    return failures


def _seen(event: Event) -> dict[str, Any]:
    """What a failed attempt depended on, as far as its event tells; a file that was not there is None."""
    inputs = event.get("inputs")
    seen = dict(inputs) if isinstance(inputs, dict) else {}
    if event.get("options") is not None:
        seen["options"] = event["options"]
    if event.get("kind") == "permanent" and event.get("version") is not None:
        # A fault of the program's own may be mended by its next version.
        seen["version"] = event["version"]
    return seen


def _differs(failure: Event, current: Mapping[str, str | None] | None) -> bool:
    seen = _seen(failure)
    return any(name in seen and seen[name] != digest for name, digest in (current or {}).items())
