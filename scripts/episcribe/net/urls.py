"""Addresses taken apart: what may be asked for, what goes over the wire, and where a redirect leads."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from episcribe.net.errors import FetchError, PrivateAddress
from episcribe.net.redaction import host_of

_NOT_IN_A_HOST = re.compile(r"[\s%\\<>\"'|^`{}\x00-\x1f]")
# RFC 3986: what may stand in a path and in a query; "%" because what is quoted stays as it is.
_IN_PATH = "/%:@!$&'()*+,;=~-._"
_IN_QUERY = _IN_PATH + "?[]|"


class Target(NamedTuple):
    """A web address as a request needs it: host in ASCII, path and query quoted."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port in (None, usual) else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a password and a cookie belong to."""
        return self.scheme, self.host, self.port or (443 if self.scheme == "https" else 80)


def target_of(url: str) -> Target:
    """The parts of an http or https address; names are judged once they are resolved.

    Raises FetchError (permanent) for what is no web address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise FetchError("the address cannot be used (its host or port is malformed)") from None
    if host and _NOT_IN_A_HOST.search(host):
        raise FetchError("the address cannot be used (its host is malformed)")
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host:
        raise FetchError(f"{host_of(url)}: only http and https addresses are fetched")
    try:
        path = quote(parts.path or "/", safe=_IN_PATH)
        query = "?" + quote(parts.query, safe=_IN_QUERY) if parts.query else ""
    except UnicodeEncodeError:
        raise FetchError(f"{host_of(url)}: the address cannot be used") from None
    return Target(scheme, _in_ascii(host), port, path + query)


def _in_ascii(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise FetchError(f"{host}: is no name of a host") from None


def credentials_of(url: str) -> tuple[str, str] | None:
    """User and password that stand in `url`, unquoted; None when there are none."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return None
    return unquote(parts.username or ""), unquote(parts.password or "")


def without_user(url: str) -> str:
    """`url` without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def redirected(url: str, location: str) -> str:
    """The absolute address that `location` means; a password stays with its own host, and goes nowhere
    else. Raises FetchError when it means none.
    """
    try:
        old = urlsplit(url)
        target = urljoin(url, location.strip())
        new = urlsplit(target)
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    except ValueError:
        raise FetchError(f"{host_of(url)}: redirects to an address that cannot be used") from None
    if same and "@" in old.netloc and "@" not in new.netloc:
        new = new._replace(netloc=f"{old.netloc.rpartition('@')[0]}@{new.netloc}")
    return urlunsplit(new._replace(fragment=""))


def refuse_private_name(host: str) -> None:
    """Raise PrivateAddress for an address or name that is private by what it says, without asking a name
    server: all that can be judged where a proxy resolves the names.
    """
    from episcribe.net.addresses import is_public

    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.lower().rstrip(".").rpartition(".")[2]
        # A last label of digits is an IPv4 address in one of its old spellings: "0x7f.1", "2130706433".
        if last not in ("localhost", "local", "internal") and not re.fullmatch(r"0x[0-9a-f]*|\d+", last):
            return
    else:
        if is_public(host):
            return
    raise PrivateAddress(
        f"{host}: is a private address; set allow_private: true to fetch from your own network"
    )
