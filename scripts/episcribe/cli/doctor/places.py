"""Where Episcribe writes, what it finds in the environment, and the ways to the network."""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from episcribe.cli.doctor.finding import Finding, note, ok, problem
from episcribe.library.errors import EpiscribeError

if TYPE_CHECKING:
    from episcribe.net.slots import Slot

_GIGABYTE = 1_000_000_000
_TOO_LITTLE, _LITTLE = 1.0, 10.0  # gigabytes
_SECONDS = 5.0
_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")


def check_library(library: Path) -> Iterator[Finding]:
    """The library's folder, or the nearest one above it: can be written, has room, and knows locks."""
    place = library
    while not place.exists() and place != place.parent:
        place = place.parent
    shown = str(library) if place == library else f"{library} (not there yet)"
    error = _try_to_write(place)
    if error is not None:
        yield problem(
            "library",
            f"{place} cannot be written: {error}",
            "change its owner, or library: in the configuration",
        )
    else:
        yield ok("library", f"{shown} can be written")
        yield _check_locks(place)
    yield judge_space(shutil.disk_usage(place).free / _GIGABYTE)


def _try_to_write(place: Path) -> str | None:
    """Why a file cannot be written and renamed in a folder; None when it can."""
    try:
        with tempfile.TemporaryDirectory(prefix=".episcribe-doctor-", dir=place) as folder:
            first = Path(folder) / "first"
            first.write_bytes(b"x")
            first.replace(Path(folder) / "second")
    except OSError as error:
        return error.strerror or str(error)
    return None


def judge_space(gigabytes: float) -> Finding:
    """What is to be said of so much free space."""
    said = f"{gigabytes:.1f} GB free"
    if gigabytes < _TOO_LITTLE:
        return problem("disk", said, "make room: a long recording takes a gigabyte while it is heard")
    if gigabytes < _LITTLE:
        return note("disk", said, "enough for transcripts; recordings may need more")
    return ok("disk", said)


def _check_locks(place: Path) -> Finding:
    """Whether the kernel keeps two holders of one file apart there, as network file systems may not."""
    advice = "put the library on a local disk, or mount the network file system with locks"
    try:
        with tempfile.NamedTemporaryFile(prefix=".episcribe-doctor-", dir=place) as first:
            fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with Path(first.name).open("rb") as second:
                try:
                    fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return ok("locks", "files are locked as they should be")
    except OSError as error:
        return problem("locks", f"files cannot be locked: {error.strerror}", advice)
    return problem("locks", "a locked file can be locked again", advice)


def check_environment(slots: Sequence[str]) -> Iterator[Finding]:
    """The variables that Episcribe reads, without what is in them."""
    from episcribe.net.tor import PASSWORD
    from episcribe.sources.ytdlp import COOKIES

    yield judge_file(COOKIES, os.environ.get(COOKIES), "YouTube is asked without an account")
    yield judge_file(
        "SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE"), "certificates are those that come with us"
    )
    if any(slot.startswith("tor:") for slot in slots):
        is_set = bool(os.environ.get(PASSWORD))
        yield ok(PASSWORD, "is set" if is_set else "is not set; Tor's cookie file is used")
    ignored = [name for name in _PROXY_VARIABLES if os.environ.get(name) or os.environ.get(name.upper())]
    if ignored:
        yield note(
            "proxy variables", f"{', '.join(ignored)} set, and not used", "name proxies in network.slots"
        )


def judge_file(variable: str, path: str | None, without: str) -> Finding:
    """What is to be said of a variable that names a file; the file's name is not shown."""
    if not path:
        return ok(variable, f"is not set; {without}")
    if not (Path(path).is_file() and os.access(path, os.R_OK)):
        return problem(variable, "names a file that cannot be read", "correct it, or unset it")
    return ok(variable, "is set, and its file can be read")


def check_slots(slots: Sequence[str]) -> Iterator[Finding]:
    """The ways to the network: do the configured proxies and Tors answer? Nobody else is asked."""
    from episcribe.net.slots import parse_slots

    try:
        parsed = parse_slots(slots)
    except EpiscribeError as error:
        yield problem("slots", str(error), "correct network.slots")
        return
    for slot in parsed:
        yield _check_slot(slot)


def _check_slot(slot: "Slot") -> Finding:
    if slot.kind == "direct":
        return ok("slot direct", "not tried: doctor asks nothing of the internet")
    name = f"slot {slot.name}"
    if slot.kind == "tor":
        return _check_tor(name, slot.name.partition("#")[0])
    parts = urlsplit(slot.proxy or "")
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=_SECONDS).close()
    except (OSError, UnicodeError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or "cannot be reached"
        return problem(name, said.lower(), "start the proxy, or take it out of network.slots")
    return ok(name, "takes connections")


def _check_tor(name: str, slot: str) -> Finding:
    from episcribe.net.tor import ask_tor

    host, _, port = slot.removeprefix("tor:").rpartition(":")
    try:
        address = ask_tor(host, int(port))
    except EpiscribeError as error:
        return problem(name, str(error), "see that Tor runs with this ControlPort")
    return ok(name, f"lets us in, and takes connections at {address}")
