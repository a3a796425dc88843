"""A web of hosts on 127.0.0.1 for tests: a proxy that plays every site it is asked for, with TLS or without.

    with FakeWeb() as web:
        site = web.site("www.youtube.com")
        site.add("/watch", body=PAGE, content_type="text/html")
        monkeypatch.setenv("SSL_CERT_FILE", web.ca_file)
        ...  # a client whose proxy is web.proxy_url fetches https://www.youtube.com/watch

A site is programmed as a `LoopbackServer` is. Nothing is resolved and nothing leaves the machine: a host that
was not named gets 502, and stands in `web.refused`.
"""

import functools
import ssl
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import trustme

from tests.loopback import Site, SiteHandler, serve


class FakeWeb:
    """A proxy on a free port (absolute addresses for HTTP, CONNECT for TLS); a context manager.

    `proxy_url` is its address, `ca_file` the path of the certificate that its TLS is to be trusted by,
    `refused` the hosts that were asked for and are not played, in order.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._sites: dict[str, Site] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="fake-web-")
        self.ca_file = str(Path(self._folder.name) / "ca.pem")
        _authority().cert_pem.write_to_path(self.ca_file)
        owner = self

        class Handler(_ProxyHandler):
            web = owner

        self._server = serve(Handler)
        self.proxy_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def slot(self) -> str:
        """What names the proxy in `network.slots`."""
        return f"proxy:{self.proxy_url}"

    def site(self, host: str) -> Site:
        """The site of a host name, over http and https alike; the same one each time."""
        return self._sites.setdefault(host.lower(), Site(f"https://{host.lower()}"))

    def sites(self) -> list[Site]:
        """All sites that are played."""
        return list(self._sites.values())

    def played(self, host: str) -> Site | None:
        """The site of a host that a client asked for; None, and noted, when nobody plays it."""
        site = self._sites.get(host.lower())
        if site is None:
            self.refused.append(host)
        return site

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for site in self._sites.values():
            site.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        self._folder.cleanup()


class _ProxyHandler(SiteHandler):
    """One connection to the proxy; after CONNECT it is that of the site behind it."""

    web: FakeWeb
    _in_tunnel = False

    def do_CONNECT(self) -> None:  # noqa: N802 - as http.server names it
        host = self.path.rpartition(":")[0]
        site = self.web.played(host)
        if site is None:
            self._refuse()
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            self.request = _tls_of(host).wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True  # the client does not trust us, which some tests are about
            return
        self.setup()
        self.site, self._in_tunnel, self.close_connection = site, True, False

    def _serve(self) -> None:
        if not self._in_tunnel:
            parts = urlsplit(self.path)
            site = self.web.played(parts.hostname or "")
            if site is None:
                self._refuse()
                return
            self.site = site
            self.path = parts._replace(scheme="", netloc="").geturl() or "/"
        super()._serve()

    def _refuse(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 502 Nobody plays this host\r\nContent-Length: 0\r\n\r\n")

    def finish(self) -> None:
        super().finish()
        if self._in_tunnel:
            self.connection.close()


@functools.cache
def _authority() -> trustme.CA:
    return trustme.CA()


@functools.cache
def _tls_of(host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(host).configure_cert(context)
    return context
