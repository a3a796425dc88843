"""A Tor that somebody else runs, asked through its control port. Episcribe never starts one.

The control protocol is spec.torproject.org/control-spec; stem speaks it.
"""

import os
import queue
import socket
import threading
from typing import Any

from episcribe.library.errors import FailureKind
from episcribe.net.errors import FetchError

PASSWORD = "EPISCRIBE_TOR_PASSWORD"
NEWNYM_EVERY = 10.0
"""Seconds that Tor lets pass between two NEWNYM signals (its MAX_SIGNEWNYM_RATE)."""

_PATIENCE = 15.0


def socks_url(address: str, generation: int) -> str:
    """The proxy URL for the SOCKS port at `address` (host:port); each generation gets its own circuits.

    Tor keeps streams with different SOCKS user names apart (IsolateSOCKSAuth, which is on by default), and
    resolves names itself.
    """
    return f"socks5h://episcribe-{generation}:{generation}@{address}"


def ask_tor(host: str, port: int, *, new_circuits: bool = False) -> str:
    """The address (host:port) at which the Tor with this control port takes SOCKS connections.

    With `new_circuits` it is also told to use new ones from now on (NEWNYM). It lets in by its cookie, or by
    the password in the environment variable EPISCRIBE_TOR_PASSWORD. Raises FetchError: permanent when stem is
    not installed, transient when Tor cannot be reached, does not let in or takes no SOCKS connections.
    """
    try:
        import stem.control
    except ImportError:
        raise FetchError("a tor slot needs the package stem; install it with: uv sync --extra tor") from None
    place = f"Tor at {host}:{port}"
    try:
        address = socket.gethostbyname(host)
        socket.create_connection((address, port), timeout=5.0).close()
    except (OSError, UnicodeError, OverflowError):
        raise FetchError(f"{place}: its control port does not answer", FailureKind.TRANSIENT) from None
    return _socks_of(_with_patience(stem.control, place, address, port, new_circuits), address, place)


def _with_patience(control: Any, place: str, address: str, port: int, new_circuits: bool) -> list[Any]:
    """The SOCKS listeners. stem knows no time-outs, so it works in a thread that may be left behind."""
    answers: queue.SimpleQueue[list[Any] | FetchError] = queue.SimpleQueue()

    def ask() -> None:
        from stem import ControllerError
        from stem.connection import AuthenticationFailure

        try:
            answers.put(_listeners(control, address, port, new_circuits))
        except AuthenticationFailure:
            what = f"{place}: did not let us in; make its cookie readable, or set {PASSWORD}"
            answers.put(FetchError(what, FailureKind.TRANSIENT))
        except (ControllerError, OSError, ValueError) as error:
            what = f"{place}: gave no useful answer ({type(error).__name__})"
            answers.put(FetchError(what, FailureKind.TRANSIENT))

    threading.Thread(target=ask, daemon=True, name="tor").start()
    try:
        answer = answers.get(timeout=_PATIENCE)
    except queue.Empty:
        what = f"{place}: its control port did not answer in {_PATIENCE:.0f} s"
        answer = FetchError(what, FailureKind.TRANSIENT)
    if isinstance(answer, FetchError):
        raise answer
    return answer


def _listeners(control: Any, address: str, port: int, new_circuits: bool) -> list[Any]:
    import logging

    from stem import Signal

    # Below this level it writes what it sends, the password included.
    logging.getLogger("stem").setLevel(logging.WARNING)
    with control.Controller.from_port(address, port) as controller:
        controller.authenticate(password=os.environ.get(PASSWORD))
        if new_circuits:
            controller.signal(Signal.NEWNYM)
        return list(controller.get_listeners(control.Listener.SOCKS))


def _socks_of(listeners: list[Any], control_address: str, place: str) -> str:
    for address, port in listeners:
        if address in ("0.0.0.0", "::"):
            return f"{control_address}:{port}"
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    raise FetchError(f"{place}: takes no SOCKS connections; give it a SocksPort", FailureKind.TRANSIENT)
