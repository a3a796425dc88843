"""The settings of the HTTP client out of the configuration."""

from collections.abc import Mapping
from typing import Any

from episcribe.net.client import NetSettings


def net_settings(network: Mapping[str, Any]) -> NetSettings:
    """The client's settings from the configuration's `network`, as plain data."""
    return NetSettings(
        user_agent=network["user_agent"],
        timeout=network["timeout"],
        deadline=network["deadline"],
        max_bytes=network["max_feed_megabytes"] * 1_000_000,
        allow_private=network["allow_private"],
    )
