"""The HTTP client against a server on 127.0.0.1 that does everything servers do."""

import gzip
import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import pytest

from episcribe.library.errors import FailureKind
from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError, OutOfTime, PrivateAddress, TooLarge, TooManyRedirects
from tests.loopback import Answer, LoopbackServer, Request

QUICK = NetSettings(allow_private=True, backoff=0.0, longest_wait=0.0, timeout=2.0, deadline=4.0)


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(QUICK) as opened:
        yield opened


def failure(fetch: Callable[[], object]) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch()
    return caught.value


def test_an_answer_carries_what_a_later_request_needs(server: LoopbackServer, client: Client) -> None:
    url = server.add(
        "/feed", b"<rss/>", content_type="text/xml; charset=ISO-8859-1", etag='"a"', last_modified="then"
    )
    answer = client.fetch(url)
    assert (answer.status, answer.url, answer.body) == (200, url, b"<rss/>")
    assert (answer.charset, answer.etag, answer.last_modified) == ("iso-8859-1", '"a"', "then")
    assert not answer.not_modified


def test_the_user_agent_is_our_own_and_can_be_set(server: LoopbackServer) -> None:
    url = server.add("/", b"x")
    with Client(QUICK) as client:
        client.fetch(url, accept="text/vtt")
    with Client(NetSettings(user_agent="Mine/1", allow_private=True)) as client:
        client.fetch(url)
    assert [request.headers["user-agent"] for request in server.requests] == [
        "Episcribe/0.1 (podcast archive tool)",
        "Mine/1",
    ]
    assert server.requests[0].headers["accept"] == "text/vtt"


@pytest.mark.parametrize("validator", [{"etag": '"7"'}, {"last_modified": "Wed, 01 May 2024 06:00:00 GMT"}])
def test_what_has_not_changed_is_not_sent_again(
    server: LoopbackServer, client: Client, validator: dict[str, str]
) -> None:
    url = server.add("/feed", b"content", **validator)
    answer = client.fetch(url, **validator)
    assert answer.not_modified
    assert answer.body == b""
    assert answer.status == 304


def test_a_changed_etag_brings_the_new_content(server: LoopbackServer, client: Client) -> None:
    url = server.add("/feed", b"new", etag='"2"')
    assert client.fetch(url, etag='"1"').body == b"new"


def test_an_etag_that_cannot_be_sent_is_left_out(server: LoopbackServer, client: Client) -> None:
    url = server.add("/feed", b"new")
    assert client.fetch(url, etag='"a\r\nX-Evil: 1"', last_modified="März").body == b"new"
    assert "if-none-match" not in server.requests[0].headers
    assert "x-evil" not in server.requests[0].headers


def test_compressed_answers_are_unpacked(server: LoopbackServer, client: Client) -> None:
    text = b"many words " * 10_000
    two_members = gzip.compress(text) + gzip.compress(b"the end")
    raw_deflate = zlib.compressobj(wbits=-15)
    assert client.fetch(server.add("/gzip", text, gzip=True)).body == text
    assert client.fetch(server.add("/chunked", text, gzip=True, chunked=True)).body == text
    encoded = {"Content-Encoding": "gzip"}
    assert client.fetch(server.add("/members", two_members, headers=encoded)).body == text + b"the end"
    encoded = {"Content-Encoding": "deflate"}
    assert client.fetch(server.add("/zlib", zlib.compress(text), headers=encoded)).body == text
    body = raw_deflate.compress(text) + raw_deflate.flush()
    assert client.fetch(server.add("/deflate", body, headers=encoded)).body == text


def test_an_empty_answer_is_an_answer(server: LoopbackServer, client: Client) -> None:
    assert client.fetch(server.add("/", b"")).body == b""
    assert client.fetch(server.add("/gzip", b"", headers={"Content-Encoding": "gzip"})).body == b""


def test_an_encoding_nobody_asked_for_is_refused(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", b"...", headers={"Content-Encoding": "br"})
    assert "encoding" in str(failure(lambda: client.fetch(url)))


def test_redirects_are_followed_and_the_last_address_is_told(server: LoopbackServer, client: Client) -> None:
    end = server.add("/new/feed.xml", b"here")
    server.add("/middle", redirect="new/feed.xml", status=307)
    start = server.add("/old", redirect=server.url + "/middle", status=301)
    answer = client.fetch(start)
    assert (answer.body, answer.url) == (b"here", end)


def test_an_endless_redirect_ends(server: LoopbackServer, client: Client) -> None:
    url = server.add("/round", redirect="/round")
    error = failure(lambda: client.fetch(url))
    assert isinstance(error, TooManyRedirects)
    assert error.kind is FailureKind.PERMANENT
    assert server.asked("/round") == QUICK.max_redirects + 1


def test_a_redirect_to_another_scheme_is_refused(server: LoopbackServer, client: Client) -> None:
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:70/x"):
        url = server.add("/", redirect=target)
        assert "http" in str(failure(lambda url=url: client.fetch(url)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://[::1",
        "http://host:99999/",
        "http://a b/",
    ],
)
def test_what_is_no_web_address_is_refused_at_once(client: Client, url: str) -> None:
    error = failure(lambda: client.fetch(url))
    assert error.kind is FailureKind.PERMANENT
    assert "\n" not in str(error)


def test_a_body_over_the_limit_is_refused(server: LoopbackServer, client: Client) -> None:
    size = 300_000
    declared = server.add("/declared", b"x" * size)
    undeclared = server.add("/undeclared", b"x" * size, chunked=True)
    bomb = server.add("/bomb", b"\0" * (20 * 1024 * 1024), gzip=True)
    for url in (declared, undeclared, bomb):
        error = failure(lambda url=url: client.fetch(url, max_bytes=size - 1))
        assert isinstance(error, TooLarge)
        assert error.kind is FailureKind.PERMANENT
        assert server.asked(url.removeprefix(server.url)) == 1
    assert len(client.fetch(declared, max_bytes=size).body) == size


def test_a_body_without_end_is_cut_at_the_limit(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", b"<item>", endless=True)
    assert isinstance(failure(lambda: client.fetch(url, max_bytes=5_000_000)), TooLarge)


def test_a_declared_length_of_two_gigabytes_is_not_read(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", b"<rss>", declared_length=2 * 1024**3)
    error = failure(lambda: client.fetch(url, max_bytes=64 * 1024**2))
    assert isinstance(error, TooLarge)
    assert "2 GB" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.PERMANENT),
        (401, FailureKind.PERMANENT),
        (404, FailureKind.PERMANENT),
        (410, FailureKind.PERMANENT),
        (403, FailureKind.BLOCKED),
        (429, FailureKind.BLOCKED),
        (500, FailureKind.TRANSIENT),
        (503, FailureKind.TRANSIENT),
        (522, FailureKind.TRANSIENT),
    ],
)
def test_statuses_tell_what_to_do_later(
    server: LoopbackServer, client: Client, status: int, kind: FailureKind
) -> None:
    url = server.add("/feed", b"sorry", status=status)
    error = failure(lambda: client.fetch(url))
    assert (error.kind, error.status) == (kind, status)
    assert str(status) in str(error)
    assert "127.0.0.1" in str(error)
    assert server.asked("/feed") == (QUICK.attempts if kind is FailureKind.TRANSIENT else 1)


def test_what_fails_for_a_moment_is_tried_again(server: LoopbackServer, client: Client) -> None:
    url = server.add_all("/", [Answer(status=503), Answer(reset=True), Answer(b"at last")])
    assert client.fetch(url).body == b"at last"


@pytest.mark.parametrize(("value", "seconds"), [("120", 120.0), ("Wed, 01 May 2024 06:02:00 GMT", 120.0)])
def test_a_server_says_how_long_to_wait_in_seconds_or_by_a_date(
    server: LoopbackServer, client: Client, value: str, seconds: float
) -> None:
    url = server.add("/", b"", status=429, headers={"Retry-After": value})
    assert failure(lambda: client.fetch(url)).retry_after == seconds


def test_a_short_retry_after_is_waited_for_and_a_long_one_is_not(server: LoopbackServer) -> None:
    short = server.add_all("/short", [Answer(status=503, headers={"Retry-After": "0.2"}), Answer(b"ok")])
    long = server.add("/long", status=503, headers={"Retry-After": "3600"})
    with Client(NetSettings(allow_private=True, backoff=0.0, longest_wait=1.0)) as client:
        before = time.monotonic()
        assert client.fetch(short).body == b"ok"
        assert time.monotonic() - before >= 0.2
        assert failure(lambda: client.fetch(long)).retry_after == 3600.0
    assert server.asked("/long") == 1


def test_a_bot_check_is_blocked_whatever_its_status(server: LoopbackServer, client: Client) -> None:
    page = "text/html"
    header = server.add("/a", b"", headers={"cf-mitigated": "challenge"}, content_type=page)
    title = server.add("/b", b"<html><title>Just a moment...</title>", content_type=page)
    captcha = server.add("/c", b"<html>solve this CAPTCHA", status=503, content_type=page, gzip=True)
    for url in (header, title, captcha):
        assert failure(lambda url=url: client.fetch(url)).kind is FailureKind.BLOCKED


def test_a_cut_off_answer_is_not_taken_for_a_whole_one(server: LoopbackServer, client: Client) -> None:
    plain = server.add("/plain", b"x" * 10_000, cut_after=5_000)
    packed = server.add(
        "/packed", gzip.compress(bytes(range(256)) * 99)[:-9], headers={"Content-Encoding": "gzip"}
    )
    for url in (plain, packed):
        error = failure(lambda url=url: client.fetch(url))
        assert error.kind is FailureKind.TRANSIENT
        assert "cut off" in str(error)


def test_a_server_that_is_silent_is_left(server: LoopbackServer) -> None:
    url = server.add("/", b"late", wait=5.0)
    with Client(NetSettings(allow_private=True, timeout=0.2, attempts=2, backoff=0.0)) as client:
        error = failure(lambda: client.fetch(url))
    assert isinstance(error, OutOfTime)
    assert error.kind is FailureKind.TRANSIENT
    assert server.asked("/") == 2


@pytest.mark.parametrize("slow", [{"drip": 0.05}, {"drip_headers": 0.05}])
def test_a_server_that_drips_is_left_at_the_deadline(server: LoopbackServer, slow: dict[str, float]) -> None:
    url = server.add("/", b"x" * 1000, **slow)
    with Client(NetSettings(allow_private=True, timeout=5.0, deadline=0.5, backoff=0.0)) as client:
        before = time.monotonic()
        error = failure(lambda: client.fetch(url))
    assert time.monotonic() - before < 20.0
    assert isinstance(error, OutOfTime)
    assert str(error).startswith("127.0.0.1")


def test_a_refused_connection_and_an_unknown_name_are_transient(client: Client) -> None:
    with LoopbackServer() as gone:
        url = gone.url
    assert "refused" in str(failure(lambda: client.fetch(url)))
    error = failure(lambda: client.fetch("http://no-such-host.invalid/feed"))
    assert error.kind is FailureKind.TRANSIENT
    assert str(error) == "no-such-host.invalid: the name could not be resolved (DNS)"


def test_private_addresses_are_not_fetched_unless_allowed(server: LoopbackServer) -> None:
    server.add("/", b"secret")
    hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
    with Client(NetSettings(backoff=0.0)) as client:
        for host in hosts:
            error = failure(lambda host=host: client.fetch(f"http://{host}:{server.port}/"))
            assert isinstance(error, PrivateAddress), host
            assert "allow_private" in str(error)
    assert server.requests == []


def test_a_redirect_to_a_private_address_is_refused(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address is let through here as if it were public; the second is judged as ever."""
    from episcribe.net import addresses

    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    url = server.add("/", redirect=f"http://127.0.0.2:{server.port}/secret")
    with Client(NetSettings(backoff=0.0)) as client:
        error = failure(lambda: client.fetch(url))
        assert isinstance(failure(lambda: client.open(url, method="POST", content=b"x")), PrivateAddress)
    assert isinstance(error, PrivateAddress)
    assert server.asked("/secret") == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to something else the second time cannot lead anywhere: it is resolved once."""
    import socket

    asked = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: object, **named: object) -> object:
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return real(host, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    server.add("/", b"checked")
    with Client(QUICK) as client:
        with client.open(f"http://rebinding.example:{server.port}/") as stream:
            assert stream.read() == b"checked"
        client.close()
        error = failure(lambda: client.open(f"http://rebinding.example:{server.port}/", deadline=1.0))
    assert error.kind is FailureKind.TRANSIENT
    assert asked.pop() == "rebinding.example"
    assert len(server.requests) == 1
    assert asked == ["rebinding.example"]
    assert server.requests[0].headers["host"] == f"rebinding.example:{server.port}"


def test_the_environment_names_no_proxy(server: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with Client(QUICK) as client:
        assert client.fetch(server.add("/", b"direct")).body == b"direct"


def test_a_proxy_that_was_asked_for_is_used_and_gets_no_private_address(server: LoopbackServer) -> None:
    server.add("http://feeds.example/x", b"by proxy")
    with Client(NetSettings(slots=(f"proxy:{server.url}",), backoff=0.0)) as client:
        assert client.fetch("http://feeds.example/x").body == b"by proxy"
        assert isinstance(failure(lambda: client.fetch("http://169.254.169.254/latest/")), PrivateAddress)
        for host in ("localhost", "2130706433", "0x7f.1", "[::1]", "printer.local"):
            error = failure(lambda host=host: client.fetch(f"http://{host}/"))
            assert isinstance(error, PrivateAddress), host


def test_a_password_goes_to_its_own_host_and_into_no_message_or_result(server: LoopbackServer) -> None:
    with LoopbackServer() as other, Client(QUICK) as client:
        other.add("/elsewhere", b"ok")
        server.add("/in", redirect="/here")
        server.add("/here", redirect=other.url + "/elsewhere")
        address = f"http://user:pa55word@127.0.0.1:{server.port}"
        assert client.fetch(address + "/in").url == other.url + "/elsewhere"
        assert "authorization" in server.requests[1].headers
        assert "authorization" not in other.requests[0].headers
        error = failure(lambda: client.fetch(address + "/missing?token=abc123"))
        assert "pa55word" not in str(error)
        assert "abc123" not in str(error)
        own = server.add("/own", b"x")
        assert client.fetch(own.replace("//", "//user:pa55word@")).url == own


def test_secrets_never_reach_a_log(server: LoopbackServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Client(QUICK) as client:
        client.fetch(server.add("/feed", b"x") + "?token=s3cret")
    assert "s3cret" not in caplog.text


def test_one_host_gets_few_requests_at_a_time(server: LoopbackServer) -> None:
    url = server.add("/", b"x", wait=0.05)
    with Client(QUICK) as client:
        threads = [threading.Thread(target=client.fetch, args=(url,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.requests) == 8
    assert server.most_at_once == QUICK.per_host


def test_a_client_may_be_closed_and_used_again(server: LoopbackServer) -> None:
    url = server.add("/", b"x")
    client = Client(QUICK)
    client.fetch(url)
    client.close()
    assert client.fetch(url).body == b"x"
    client.close()


def test_cookies_of_a_redirect_are_kept_on_the_way(server: LoopbackServer, client: Client) -> None:
    def door(request: Request) -> Answer:
        if "seen=1" in request.headers.get("cookie", ""):
            return Answer(b"in")
        return Answer(redirect="/door", headers={"Set-Cookie": "seen=1; Path=/"})

    assert client.fetch(server.add_programme("/door", door)).body == b"in"


def test_open_sends_any_method_with_a_body_and_gives_any_status(
    server: LoopbackServer, client: Client
) -> None:
    def echo(request: Request) -> Answer:
        return Answer(request.method.encode() + b" " + request.body, status=404)

    url = server.add_programme("/api", echo)
    headers = {"Content-Type": "application/json", "User-Agent": "Other/2", "Cookie": "a=b"}
    with client.open(url, method="POST", headers=headers, content=b'{"x": 1}') as stream:
        assert (stream.status, stream.read()) == (404, b'POST {"x": 1}')
    sent = server.requests[0].headers
    assert (sent["content-type"], sent["user-agent"], sent["cookie"]) == (
        "application/json",
        "Other/2",
        "a=b",
    )
    with client.open(url, method="POST") as stream:
        assert stream.read() == b"POST "
    with client.open(url, method="HEAD") as stream:
        assert (stream.status, stream.read()) == (404, b"")


def test_headers_of_a_single_connection_are_not_passed_on(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", b"x")
    headers = {
        "Connection": "close, X-Mine",
        "X-Mine": "1",
        "Transfer-Encoding": "chunked",
        "Host": "other.example",
        "Proxy-Authorization": "secret",
        "X-Kept": "2",
    }
    with client.open(url, headers=headers) as stream:
        stream.read()
    sent = server.requests[0].headers
    assert sent["host"] == f"127.0.0.1:{server.port}"
    assert sent["x-kept"] == "2"
    assert not {"x-mine", "transfer-encoding", "proxy-authorization", "connection"} & set(sent)


@pytest.mark.parametrize("header", [{"X-A": "1\r\nX-Evil: 1"}, {"X A": "1"}, {"X-A": "€"}])
def test_a_header_that_would_break_the_request_is_refused(
    server: LoopbackServer, client: Client, header: dict[str, str]
) -> None:
    url = server.add("/", b"x")
    assert failure(lambda: client.open(url, headers=header)).kind is FailureKind.PERMANENT
    assert server.requests == []


def test_a_stream_is_read_in_pieces_and_stops_at_its_limit(server: LoopbackServer, client: Client) -> None:
    text = bytes(range(256)) * 2000
    with client.open(server.add("/", text, gzip=True)) as stream:
        assert stream.read(10) == text[:10]
        assert b"".join(stream.iter(1000)) == text[10:]
        assert stream.read() == b""
        assert "content-encoding" not in stream.headers
    bomb = server.add("/bomb", b"\0" * (50 * 1024 * 1024), gzip=True)
    with client.open(bomb, max_bytes=5_000_000) as stream:
        assert stream.read(1000) == bytes(1000)
        assert isinstance(failure(lambda: [*stream.iter()]), TooLarge)
    endless = server.add("/endless", b"x", endless=True)
    with client.open(endless, max_bytes=200_000) as stream:
        assert isinstance(failure(stream.read), TooLarge)


def test_a_stream_may_come_as_it_was_sent(server: LoopbackServer, client: Client) -> None:
    url = server.add("/", b"words " * 100, gzip=True)
    with client.open(url, decode=False) as stream:
        assert stream.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(stream.read()) == b"words " * 100
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_cut_off_stream_and_a_dripping_one_fail(server: LoopbackServer, client: Client) -> None:
    cut = server.add("/cut", b"x" * 10_000, cut_after=5_000)
    with client.open(cut) as stream:
        assert stream.read(5_000) == b"x" * 5_000
        assert "cut off" in str(failure(stream.read))
    drip = server.add("/drip", b"x" * 1000, drip=0.05)
    with client.open(drip, deadline=0.3) as stream:
        assert isinstance(failure(stream.read), OutOfTime)


def test_redirects_of_open_keep_or_drop_the_body_by_their_status(
    server: LoopbackServer, client: Client
) -> None:
    server.add_programme("/end", lambda request: Answer(request.method.encode() + request.body))
    answers = {}
    for status in (301, 302, 303, 307, 308):
        url = server.add(f"/{status}", redirect="/end", status=status)
        with client.open(url, method="POST", content=b" body", headers={"Content-Type": "a/b"}) as stream:
            answers[status] = stream.read()
    assert answers == {301: b"GET", 302: b"GET", 303: b"GET", 307: b"POST body", 308: b"POST body"}
    with client.open(server.url + "/301", follow_redirects=False) as stream:
        assert (stream.status, stream.headers["location"]) == (301, "/end")


def test_passwords_and_cookies_do_not_follow_to_another_host(server: LoopbackServer, client: Client) -> None:
    with LoopbackServer() as other:
        url = server.add("/", redirect=other.add("/end", b"x"))
        with client.open(url, headers={"Authorization": "Bearer x", "Cookie": "a=b", "X-Y": "z"}) as stream:
            stream.read()
        assert {"authorization", "cookie"} <= set(server.requests[0].headers)
        assert not {"authorization", "cookie"} & set(other.requests[0].headers)
        assert other.requests[0].headers["x-y"] == "z"


def test_a_stream_gives_its_place_back_at_its_end_and_when_it_is_closed(
    server: LoopbackServer, client: Client
) -> None:
    url = server.add("/", b"x" * 300_000)
    for _ in range(QUICK.per_host + 1):
        client.open(url).close()
    for _ in range(QUICK.per_host + 1):
        client.open(url).read()
    kept = [client.open(url, method="HEAD") for _ in range(QUICK.per_host + 1)]
    assert [stream.status for stream in kept] == [200] * len(kept)
