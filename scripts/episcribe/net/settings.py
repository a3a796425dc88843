"""What decides how the client behaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from episcribe import __version__


@dataclass(frozen=True, slots=True)
class HostManners:
    """How one host is asked: `per_host` requests at a time, their starts at least `pause` seconds apart."""

    per_host: int = 2
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How the client behaves; times in seconds.

    `timeout` is for connecting and for each read, `deadline` for a whole fetch with its waiting, redirects
    and attempts. `backoff` is the pause before the second attempt, doubled for each further one, with jitter;
    a Retry-After up to `longest_wait` is waited for, a longer one ends the attempts. `per_host` and `pause`
    are the manners towards a host, `hosts` those towards single ones and all below them. A host that blocked
    a request is left in peace for `rest` unless it names a time. `slots` are the ways to the network that
    fetches take turns on, each used for `rotation` before it is renewed; the environment's proxies are never
    used. `robots` says whether robots.txt is honoured where a fetch asks for that. What has to hold over all
    processes and runs is kept in the folder `state`; without one, it holds in this process.
    """

    user_agent: str = f"Episcribe/{'.'.join(__version__.split('.')[:2])} (podcast archive tool)"
    timeout: float = 30.0
    deadline: float = 300.0
    max_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 10
    allow_private: bool = False
    attempts: int = 3
    backoff: float = 1.0
    longest_wait: float = 30.0
    per_host: int = 2
    pause: float = 0.0
    hosts: Mapping[str, HostManners] = field(default_factory=dict)
    rest: float = 3600.0
    robots: bool = True
    slots: tuple[str, ...] = ("direct",)
    rotation: float = 3600.0
    state: Path | None = None
