"""Which network addresses may be connected to: those of the public internet, unless the configuration says
more.
"""

import ipaddress
import queue
import socket
import threading

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError, NotResolved, PrivateAddress

_NAT64 = ipaddress.IPv6Network(
    "64:ff9b::/96"
)  # RFC 6052: what a network without IPv4 gives for every IPv4 host
_REFUSED_4 = [
    ipaddress.IPv4Network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *(
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
        ),
        *(
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
]
# Only 2000::/3 is given out (IANA); in it, tunnels that hide an IPv4 address, and addresses for documents.
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_6 = [
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3ffe::/16",
        "3fff::/20",
        "5f00::/16",
        "2620:4f:8000::/48",
    )
]


def is_public(address: str) -> bool:
    """True for an IP address of the public internet.

    False for private, loopback, link-local, multicast and reserved ones (the IANA special-purpose
    registries), for IPv6 forms that wrap an IPv4 address (mapped, 6to4, Teredo), and for a NAT64 address of
    an IPv4 one that is not public; and for what is no IP address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_4)
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GLOBAL_6 and not any(ip in network for network in _REFUSED_6)


def resolve(host: str, port: int, *, timeout: float, allow_private: bool) -> list[str]:
    """The IP addresses of `host` that may be connected to, in the resolver's order.

    Raises PrivateAddress when it has addresses but none that is allowed, NotResolved (transient) when the
    name is not resolved within `timeout` seconds.
    """
    found = _looked_up(host, port, timeout)
    allowed = [address for address in found if allow_private or is_public(address)]
    if not allowed:
        raise PrivateAddress(
            f"{host}: leads to a private address ({found[0]}); "
            "set allow_private: true to fetch from your own network"
        )
    return allowed


def _looked_up(host: str, port: int, timeout: float) -> list[str]:
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # getaddrinfo knows no time-out, so it waits in a thread that may be left behind.
    threading.Thread(target=look_up, daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=max(timeout, 0.01))
    except queue.Empty:
        raise NotResolved(
            f"{host}: the name was not resolved in {timeout:.0f} s", FailureKind.TRANSIENT
        ) from None
    if isinstance(answer, UnicodeError):
        raise FetchError(f"{host}: is no name of a host") from answer
    if isinstance(answer, Exception) or not answer:
        raise NotResolved(f"{host}: the name could not be resolved (DNS)", FailureKind.TRANSIENT)
    return answer
