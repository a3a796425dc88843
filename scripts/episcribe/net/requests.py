"""What is asked: a request with the headers that may go out, and the one that a redirect makes of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from episcribe.net.errors import FetchError
from episcribe.net.redaction import host_of
from episcribe.net.urls import Target, credentials_of, redirected, target_of

# RFC 9110, section 7.6.1: what belongs to one connection; and what is made from the request itself.
_OUR_OWN = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade", "host", "content-length", "expect"),
    )
)
_FOR_ONE_HOST = frozenset(("authorization", "cookie", "origin"))
_OF_A_BODY = frozenset(("content-type", "content-encoding", "content-language", "content-location"))
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
UNPACKABLE = "gzip, deflate"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `headers` are (name, value) without those that the wire adds itself."""

    method: str
    url: str
    target: Target
    headers: tuple[tuple[str, str], ...]
    content: bytes | None = None

    def on_the_wire(self) -> list[tuple[bytes, bytes]]:
        """All headers as they are sent, with Host, Content-Length and what a password in the URL makes."""
        own = [("Host", self.target.authority), *self.headers]
        if not any(name.lower() == "authorization" for name, _ in own):
            own += _basic_authorization(self.url)
        if self.content is not None or self.method in ("POST", "PUT", "PATCH"):
            own.append(("Content-Length", str(len(self.content or b""))))
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in own]


def first_request(
    url: str,
    *,
    method: str,
    headers: Mapping[str, str],
    content: bytes | None,
    user_agent: str,
    decode: bool,
) -> Request:
    """The request that a caller means. Headers of single connections are left out.

    The User-Agent is ours unless `headers` has one. With `decode` only what can be unpacked is asked for,
    whatever `headers` says. Raises FetchError for an address, method or header that cannot be sent.
    """
    target = target_of(url)
    if not _NAME.fullmatch(method) or method.upper() in ("CONNECT", "TRACE"):
        raise FetchError(f"{host_of(url)}: the method cannot be used")
    sent = {"user-agent": ("User-Agent", user_agent), "accept": ("Accept", "*/*")}
    dropped = _OUR_OWN | {part.strip().lower() for part in _connection(headers).split(",")}
    for name, value in headers.items():
        _check(url, name, value)
        if name.lower() not in dropped:
            sent[name.lower()] = (name, value)
    if decode:
        sent["accept-encoding"] = ("Accept-Encoding", UNPACKABLE)
    else:
        sent.setdefault("accept-encoding", ("Accept-Encoding", "identity"))
    return Request(method.upper(), url, target, tuple(sent.values()), content)


def next_request(request: Request, status: int, location: str) -> Request:
    """The request that a redirect asks for (RFC 9110, section 15.4, and what browsers do).

    303 asks for the answer with GET, as do 301 and 302 after a POST; 307 and 308 repeat the request. What is
    meant for one host alone (passwords, cookies) does not go to another. Raises FetchError.
    """
    url = redirected(request.url, location)
    target = target_of(url)
    left_out: frozenset[str] = frozenset()
    if target.origin != request.target.origin:
        left_out |= _FOR_ONE_HOST
    method, content = request.method, request.content
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):
        method, content = "GET", None
        left_out |= _OF_A_BODY
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in left_out)
    return replace(request, method=method, url=url, target=target, headers=headers, content=content)


def with_cookie(request: Request, cookie: str | None) -> Request:
    """The same request with a Cookie header where it has none."""
    if not cookie or any(name.lower() == "cookie" for name, _ in request.headers):
        return request
    return replace(request, headers=(*request.headers, ("Cookie", cookie)))


def _connection(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "connection"), "")


def _check(url: str, name: str, value: str) -> None:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        usable = False
    else:
        usable = bool(_NAME.fullmatch(name) and _VALUE.fullmatch(value))
    if not usable:
        raise FetchError(f"{host_of(url)}: a header of the request cannot be sent")


def _basic_authorization(url: str) -> list[tuple[str, str]]:
    credentials = credentials_of(url)
    if credentials is None:
        return []
    from base64 import b64encode

    return [("Authorization", "Basic " + b64encode(":".join(credentials).encode()).decode("ascii"))]
