"""The web that tests play: hosts behind a proxy on loopback, as a client meets them."""

from collections.abc import Iterator

import pytest

from episcribe.net.client import Client, NetSettings
from episcribe.net.errors import FetchError
from tests.fake_web import FakeWeb
from tests.loopback import Answer


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeb]:
    with FakeWeb() as web:
        monkeypatch.setenv("SSL_CERT_FILE", web.ca_file)
        yield web


@pytest.fixture
def client(web: FakeWeb) -> Iterator[Client]:
    with Client(NetSettings(slots=(web.slot,), timeout=5, deadline=20, attempts=1)) as client:
        yield client


def test_each_host_answers_for_itself_with_tls_and_without(web: FakeWeb, client: Client) -> None:
    web.site("one.example").add("/page", body="one")
    web.site("two.example").add("/page", body="two")

    bodies = [
        client.fetch(url).body
        for url in ("https://one.example/page?q=1", "http://one.example/page", "https://two.example/page")
    ]

    assert bodies == [b"one", b"one", b"two"]
    assert [request.path for request in web.site("one.example").requests] == ["/page?q=1", "/page"]
    assert web.site("two.example").requests[0].headers["host"] == "two.example"


def test_one_connection_carries_several_answers(web: FakeWeb, client: Client) -> None:
    web.site("one.example").add_all("/page", [Answer(b"first", etag='"1"'), Answer(b"second", gzip=True)])

    first, second = client.fetch("https://one.example/page"), client.fetch("https://one.example/page")

    assert (first.body, first.etag, second.body) == (b"first", '"1"', b"second")


def test_a_host_that_nobody_plays_is_refused_and_noted(web: FakeWeb, client: Client) -> None:
    with pytest.raises(FetchError):
        client.fetch("https://elsewhere.example/")

    assert web.refused == ["elsewhere.example"]


def test_a_redirect_leads_to_another_host_and_a_body_may_be_cut_off(web: FakeWeb, client: Client) -> None:
    web.site("one.example").add("/go", redirect="https://two.example/cut")
    web.site("two.example").add("/cut", body=b"x" * 100, cut_after=50)

    with pytest.raises(FetchError, match=r"two\.example: .* cut off"):
        client.fetch("https://one.example/go")
