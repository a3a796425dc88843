"""Where alerts go, and the shape in which each place takes them."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from episcribe.ledger.alerts.model import Alert
from episcribe.net.redaction import host_of

VARIABLE = "EPISCRIBE_WEBHOOK_URL"
_SHAPE = re.compile(r"(json|slack|discord|ntfy)\+")
_NAME = re.compile(r"\$\{(\w+)\}")
_HOSTS = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "ntfy.sh": "ntfy",
}
_PRIORITY = {"failure": 3, "threshold": 5, "recovered": 2, "finished": 2}
_TAG = {
    "failure": "warning",
    "threshold": "rotating_light",
    "recovered": "white_check_mark",
    "finished": "tada",
}
_ITEMS = 5
_DISCORD_LIMIT = 1900  # of 2,000 characters
_NTFY_LIMIT = 3500  # of 4,096 bytes
_SLACK_LIMIT = 3000


@dataclass(frozen=True, slots=True)
class Target:
    """A place for alerts. `label` may be shown and kept; `url` is a secret, and is not even in the repr."""

    shape: str
    label: str
    url: str = field(repr=False)


def targets_of(
    addresses: Iterable[str], environment: Mapping[str, str] | None = None
) -> tuple[list[Target], list[str]]:
    """The targets of configured addresses and of the environment, and a line for each that cannot be used."""
    known = os.environ if environment is None else environment
    problems: list[str] = []
    targets: list[Target] = []
    seen: set[str] = set()
    for address in (*addresses, *known.get(VARIABLE, "").split()):
        missing = [name for name in _NAME.findall(address) if not known.get(name)]
        if missing:
            problems.append(f"webhook_url: the environment variable {missing[0]} is not set")
            continue
        prefix = _SHAPE.match(address)
        rest = _NAME.sub(
            lambda match: known[match[1]], address[prefix.end() :] if prefix else address
        ).strip()
        if (inner := _SHAPE.match(rest)) and not prefix:
            prefix, rest = inner, rest[inner.end() :]
        if not rest.startswith(("http://", "https://")) or host_of(rest) == "an unusable address":
            problems.append(f"webhook_url: number {len(targets) + len(problems) + 1} is no http(s) address")
        elif rest not in seen:
            seen.add(rest)
            targets.append(_target(prefix[1] if prefix else _shape_of(rest), rest, targets))
    return targets, problems


def message(target: Target, alert: Alert) -> tuple[str, bytes]:
    """The address that the alert is posted to, and the JSON that goes there."""
    url, body = target.url, alert.record()
    if target.shape == "slack":
        body = {"text": _slack(alert)}
    elif target.shape == "discord":
        # A title from outside must not call everybody.
        body = {"content": _discord(alert), "allowed_mentions": {"parse": []}}
    elif target.shape == "ntfy":
        url, body = _ntfy(target.url, alert)
    return url, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _target(shape: str, url: str, others: list[Target]) -> Target:
    label = f"{shape}:{host_of(url)}"
    same = sum(other.label.partition("#")[0] == label for other in others)
    return Target(shape, f"{label}#{same + 1}" if same else label, url)


def _shape_of(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    return _HOSTS.get(host, "json")


def _lines(alert: Alert) -> list[str]:
    """What the alert says after its title."""
    lines = [line for line in alert.text.splitlines() if line.strip()]
    lines += [f"• {item.title} ({item.episode})" for item in alert.items[:_ITEMS]]
    if alert.count > _ITEMS:
        lines.append(f"… and {alert.count - _ITEMS} more")
    return lines


def _slack(alert: Alert) -> str:
    """Slack's mrkdwn, in which three characters are escaped
    (https://docs.slack.dev/messaging/formatting-message-text).
    """
    escaped = [_slack_escaped(line) for line in _lines(alert)]
    head = f"*{_slack_escaped(alert.title)}* ({_slack_escaped(alert.library)})"
    return _cut("\n".join([head, *escaped]), _SLACK_LIMIT)


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _discord(alert: Alert) -> str:
    lines = [re.sub(r"([\\*_~`|>#\[\]()])", r"\\\1", line) for line in _lines(alert)]
    return _cut("\n".join([f"**{alert.title}** ({alert.library})", *lines]), _DISCORD_LIMIT)


def _ntfy(url: str, alert: Alert) -> tuple[str, dict[str, object]]:
    """ntfy takes JSON at its root, with the topic inside (https://docs.ntfy.sh/publish/#publish-as-json)."""
    parts = urlsplit(url)
    root, _, topic = parts.path.rstrip("/").rpartition("/")
    body: dict[str, object] = {
        "topic": topic,
        "title": f"{alert.title} ({alert.library})",
        "message": _cut("\n".join(_lines(alert)) or alert.title, _NTFY_LIMIT // 4),
        "priority": _PRIORITY[alert.kind],
        "tags": [_TAG[alert.kind]],
    }
    return urlunsplit(parts._replace(path=root + "/")), body


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
