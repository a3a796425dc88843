"""Failures of one cause, and what to do about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.ledger.reports.model import Attempt, EpisodeFacts, Facts

_LONGEST = 300
_MASKS = (
    (re.compile(r"[a-z][a-z0-9+.-]{1,9}://[^\s;,)]{1,500}", re.IGNORECASE), "<address>"),
    (re.compile(r"(['\"])[^'\"]{1,200}\1"), "<name>"),
    (re.compile(r"(?:/[^\s/:;,]{1,200}){2,20}"), "<path>"),
    (re.compile(r"\b(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?::\d{1,5})?\b", re.IGNORECASE), "<host>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ][\d:.Z+]{4,20})?"), "<time>"),
    # A status is what tells causes apart; other numbers are not.
    (re.compile(r"(?<!status )(?<!HTTP )\b\d[\d.,]{0,20}\b"), "<n>"),
)
_STATUS = re.compile(r"\b(?:status|HTTP) (\d{3})\b")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a stage failed for some episodes: an example of what was said, and what to do.

    `command` is what a person can type, None where a later run does what there is to do.
    """

    stage: str
    kind: str
    example: str
    advice: str
    command: str | None
    episodes: Sequence[EpisodeFacts]


# What an error says (in lower case), and what to do about it; the first that fits holds.
_ADVICE = (
    (
        "no space left|disk full|disk quota",
        "Make room on the disk of the library. What was being written is whole or not there.",
    ),
    ("read-only file system|permission denied", "Give the user who runs Episcribe the right to write there."),
    (
        "not enough memory",
        "Run fewer jobs at once (snakemake --cores 1), or choose a smaller model for speech recognition.",
    ),
    (
        "unexpected ",
        "This is a fault of Episcribe. The traceback is in the event of its log; please report it.",
    ),
    (
        "proof that a person|captcha|bot check|left in peace|too many requests|status 429",
        "The source asks to be left in peace, and later runs do so until it said. Longer pauses "
        "(network.hosts), another network slot, or fewer hosts at once help.",
    ),
    (
        "private address",
        "The address is in your own network; network.allow_private: true lets it be fetched from there.",
    ),
    (
        "private|members|removed|deleted|unavailable|status 404|status 410|not found|is gone",
        "The source has it no more. A transcript beside the recording, or another module, would do instead; "
        "else it stays left out.",
    ),
    (
        "status 401|status 403|password|credentials|sign in|log in",
        "The source wants to know who asks. Check the address and the password of the feed.",
    ),
    (
        "timed out|time-out|did not come|status 5|connection|lost|cut off|resolve|dns|certificate|tls",
        "Such faults mostly pass, and later runs try again by themselves.",
    ),
    (
        "scored|quality",
        "What was found was too poor. Another module may do better (speech recognition), or a lower "
        "transcript.quality lets it pass.",
    ),
)
_ADVICE_BY_KIND = {
    "none": "Nothing was to be had where it was looked for. More modules (speech recognition, a website) "
    "find more; later runs look again.",
    "blocked": "The source asks to be left in peace, and later runs do so until it said.",
    "permanent": "It would fail again. Change what it depends on, or leave it out.",
    "transient": "Later runs try again by themselves.",
}
_RULES = tuple((re.compile(pattern), advice) for pattern, advice in _ADVICE)


def cause_of(error: str) -> str:
    """What is the same in errors of one cause: no addresses, hosts, names, paths, times and numbers."""
    text = " ".join(error[:_LONGEST].split())
    for mask, instead in _MASKS:
        text = mask.sub(instead, text)
    return text


def advice_on(error: str, kind: str) -> str:
    """What to do about an error of a kind, in a sentence or two."""
    said = error.lower()
    found = next((advice for pattern, advice in _RULES if pattern.search(said)), None)
    return found or _ADVICE_BY_KIND.get(kind, _ADVICE_BY_KIND["transient"])


def retry_command(episodes: Sequence[str], stage: str) -> str:
    """What has a stage tried again of those episodes (`show/folder`), as a person types it."""
    shows = {episode.partition("/")[0] for episode in episodes}
    whose = episodes[0] if len(episodes) == 1 else shows.pop() if len(shows) == 1 else None
    return f"episcribe retry {whose} --stage {stage}" if whose else f"episcribe retry --stage {stage}"


def standing_failures(facts: Facts) -> list[tuple[EpisodeFacts, Attempt]]:
    """The stages that failed and have not been done since: each episode with its last failed attempt."""
    found: list[tuple[EpisodeFacts, Attempt]] = []
    for episode in facts.episodes:
        bad = {stage for stage, how in episode.stages.items() if how in ("failed", "none")}
        if not bad:
            continue
        last = {attempt.stage: attempt for attempt in episode.attempts if attempt.outcome == "failed"}
        found += [(episode, last[stage]) for stage in episode.stages if stage in bad and stage in last]
    return found


def causes(facts: Facts) -> list[Cause]:
    """The causes of all failures that stand, those of most episodes first."""
    groups: dict[tuple[str, str, str], list[tuple[EpisodeFacts, Attempt]]] = {}
    for episode, attempt in standing_failures(facts):
        key = (attempt.stage, attempt.kind or "transient", cause_of(attempt.error or "it failed"))
        groups.setdefault(key, []).append((episode, attempt))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [_cause(stage, kind, members) for (stage, kind, _), members in ordered]


def _cause(stage: str, kind: str, members: Sequence[tuple[EpisodeFacts, Attempt]]) -> Cause:
    example = (members[-1][1].error or "it failed")[:_LONGEST]
    episodes = [episode for episode, _ in members]
    command = retry_command([episode.name for episode in episodes], stage)
    return Cause(
        stage,
        kind,
        example,
        advice_on(example, kind),
        command if kind in ("permanent", "transient") else None,
        episodes,
    )
