"""Cookies that are set on the way through redirects, and forgotten at its end."""

from email.message import Message
from http.cookiejar import CookieJar
from typing import cast
from urllib.request import Request as JarRequest

from episcribe.net.headers import Headers
from episcribe.net.requests import Request, with_cookie


class CookiesOnTheWay:
    """A jar for one fetch: nothing in it can tie two fetches together."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def take(self, request: Request, headers: Headers) -> None:
        """Keep the cookies of an answer to `request`."""
        self._jar.extract_cookies(cast("object", _Answer(headers)), JarRequest(request.url))  # type: ignore[arg-type]

    def with_cookies(self, request: Request) -> Request:
        """`request` with the cookies that belong to it, unless it brings its own."""
        asked = JarRequest(request.url)
        self._jar.add_cookie_header(asked)
        return with_cookie(request, asked.get_header("Cookie"))


class _Answer:
    """The part of an answer that a CookieJar looks at."""

    def __init__(self, headers: Headers) -> None:
        self._message = Message()
        for value in headers.get_list("set-cookie"):
            self._message["Set-Cookie"] = value

    def info(self) -> Message:
        return self._message
