"""Real proxies on 127.0.0.1 for tests: HTTP (CONNECT and plain requests), SOCKS5, and a Tor's control port.

    with HttpProxy(user="ann", password="s3cret") as proxy:
        slot = f"proxy:{proxy.url}"        # with user and password

`proxy.asked` holds the targets (host:port) in order, `proxy.users` who asked for them.
"""

import contextlib
import re
import selectors
import socket
import socketserver
import struct
import threading
from abc import ABC, abstractmethod
from base64 import b64decode
from types import TracebackType
from typing import ClassVar, NoReturn, Self
from urllib.parse import urlsplit


class _Proxy:
    scheme: ClassVar[str]
    handler: ClassVar[type["_Handler"]]

    def __init__(self, user: str = "", password: str = "") -> None:
        self.user, self.password = user, password
        self.asked: list[str] = []
        self.users: list[str] = []
        self.connections = 0
        owner = self

        class Handler(self.handler):  # type: ignore[name-defined,misc]
            proxy = owner

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """The proxy's URL, with its user and password where it wants them."""
        credentials = f"{self.user}:{self.password}@" if self.user else ""
        return f"{self.scheme}://{credentials}{self.address}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def admits(self, user: str, password: str) -> bool:
        """Whether these are the user and the password that are wanted, if any are."""
        return not self.user or (user, password) == (self.user, self.password)


class _Handler(socketserver.BaseRequestHandler, ABC):
    proxy: _Proxy
    request: socket.socket

    def handle(self) -> None:
        self.proxy.connections += 1
        with contextlib.suppress(OSError):  # one of the two sides left
            self.serve()

    @abstractmethod
    def serve(self) -> None:
        """Answer one connection."""

    def note(self, target: str, user: str) -> None:
        self.proxy.asked.append(target)
        self.proxy.users.append(user)

    def relay(self, upstream: socket.socket) -> None:
        """Copy in both directions until one side ends."""
        with upstream, selectors.DefaultSelector() as selector:
            selector.register(self.request, selectors.EVENT_READ, upstream)
            selector.register(upstream, selectors.EVENT_READ, self.request)
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    key.data.sendall(data)

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.request.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data


class _HttpHandler(_Handler):
    def serve(self) -> None:
        """Each plain request goes to its host in origin form; CONNECT makes a tunnel (RFC 9110, 9.3.6)."""
        while head := self._head():
            first, *lines = head.split("\r\n")
            method, target, _ = first.split(" ")
            credentials = next(
                (line for line in lines if line.lower().startswith("proxy-authorization: basic ")), ""
            )
            user, _, password = b64decode(credentials[27:]).decode().partition(":")
            if not self.proxy.admits(user, password):
                self._say('407 Nobody\r\nProxy-Authenticate: Basic realm="tests"')
                continue
            place = target if method == "CONNECT" else urlsplit(target).netloc
            self.note(place, user)
            host, _, port = place.partition(":")
            try:
                upstream = socket.create_connection((host, int(port or 80)), timeout=5)
            except OSError:
                self._say("502 Bad Gateway")
                continue
            if method == "CONNECT":
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self.relay(upstream)
                break
            self._forward(upstream, method, target, lines)

    def _head(self) -> str:
        """The head of the next request, which has no body; "" when the client left."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = self.request.recv(65536)
            if not piece:
                return ""
            head += piece
        return head[:-4].decode("latin-1")

    def _say(self, status: str) -> None:
        self.request.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    def _forward(self, upstream: socket.socket, method: str, target: str, lines: list[str]) -> None:
        """One request without a body, with Connection: close towards the host, whose answer ends with it."""
        parts = urlsplit(target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""])
        answer = b""
        with upstream:
            upstream.sendall(head.encode("latin-1"))
            while piece := upstream.recv(65536):
                answer += piece
                self.request.sendall(piece)
        top, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", top, re.IGNORECASE)
        if length is None or int(length[1]) > len(body):
            raise ConnectionAbortedError  # the end of the answer cannot be seen but by the connection's


class HttpProxy(_Proxy):
    """A proxy for plain requests and tunnels."""

    scheme = "http"
    handler = _HttpHandler


class _SocksHandler(_Handler):
    def serve(self) -> None:
        """RFC 1928 (CONNECT only)."""
        _, count = self.exactly(2)
        user = self._admitted(self.exactly(count))
        host, (port,) = self._host(self.exactly(4)[3]), struct.unpack(">H", self.exactly(2))
        self.note(f"{host}:{port}", user)
        try:
            upstream = socket.create_connection((host, port), timeout=5)
        except OSError:
            self._refuse(b"\x05\x05\x00\x01" + bytes(6))
        self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
        self.relay(upstream)

    def _admitted(self, methods: bytes) -> str:
        """The user who asks, after RFC 1929 where user and password are offered."""
        if 2 not in methods:
            if self.proxy.user:
                self._refuse(b"\x05\xff")
            self.request.sendall(b"\x05\x00")
            return ""
        self.request.sendall(b"\x05\x02")
        user = self.exactly(self.exactly(2)[1]).decode()
        password = self.exactly(self.exactly(1)[0]).decode()
        if not self.proxy.admits(user, password):
            self._refuse(b"\x01\x01")
        self.request.sendall(b"\x01\x00")
        return user

    def _host(self, kind: int) -> str:
        if kind == 3:
            return self.exactly(self.exactly(1)[0]).decode()
        family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
        return socket.inet_ntop(family, self.exactly(size))

    def _refuse(self, answer: bytes) -> NoReturn:
        self.request.sendall(answer)
        raise ConnectionRefusedError


class SocksProxy(_Proxy):
    """A SOCKS5 proxy, with or without user and password."""

    scheme = "socks5"
    handler = _SocksHandler


class _ControlHandler(_Handler):
    def serve(self) -> None:
        """As much of control-spec as a controller needs that asks for the SOCKS port and for new circuits."""
        port = self.proxy
        assert isinstance(port, TorControl)
        for line in self.request.makefile("rb"):
            words = line.decode("latin-1").split()
            port.commands.append(words[0] if words[0] != "SIGNAL" else words[1])
            if words[0] == "PROTOCOLINFO":
                self._say(
                    "250-PROTOCOLINFO 1",
                    "250-AUTH METHODS=HASHEDPASSWORD",
                    '250-VERSION Tor="0.4.8.9"',
                    "250 OK",
                )
            elif words[0] == "AUTHENTICATE" and words[1:] != [f'"{port.password}"']:
                self._say("515 Authentication failed: Password did not match")
                return
            elif words[:2] == ["GETINFO", "version"]:
                self._say("250-version=0.4.8.9", "250 OK")
            elif words[:2] == ["GETINFO", "net/listeners/socks"]:
                self._say(f'250-net/listeners/socks="unix:/run/x" "{port.socks}"', "250 OK")
            elif words[0] == "QUIT":
                self._say("250 closing connection")
                return
            else:
                self._say("250 OK")

    def _say(self, *lines: str) -> None:
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())


class TorControl(_Proxy):
    """The control port of a Tor whose SOCKS port is at `socks`; `commands` is what it was told."""

    scheme = "tor"
    handler = _ControlHandler

    def __init__(self, socks: str, password: str) -> None:
        super().__init__("", password)
        self.socks = socks
        self.commands: list[str] = []
