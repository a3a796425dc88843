"""The settings of the HTTP client out of the configuration."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from episcribe.net.client import Client, NetSettings
from episcribe.stages.job import NETWORK_VARIABLE


def network_of_run() -> dict[str, Any]:
    """The configuration's `network`, as the run hands it to its stages.

    It is no parameter of theirs: how a file is fetched does not change what it says.
    """
    given = os.environ.get(NETWORK_VARIABLE)
    network: dict[str, Any] = json.loads(given) if given else _defaults()
    return network


def _defaults() -> dict[str, Any]:
    from episcribe.library.config import NetworkSettings

    return NetworkSettings().model_dump()


def net_settings(network: Mapping[str, Any]) -> NetSettings:
    """The client's settings from the configuration's `network`, as plain data."""
    return NetSettings(
        user_agent=network["user_agent"],
        timeout=network["timeout"],
        deadline=network["deadline"],
        max_bytes=network["max_feed_megabytes"] * 1_000_000,
        allow_private=network["allow_private"],
    )


def open_client(network: Mapping[str, Any], library: Path) -> Client:
    """A client for what belongs to `library`, with the manners of the configuration's `network`."""
    return Client(net_settings(network))
