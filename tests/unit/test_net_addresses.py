"""Which addresses are of the public internet, and how addresses are shown."""

import pytest

from episcribe.net.addresses import is_public
from episcribe.net.redaction import host_of, shown_url


@pytest.mark.parametrize(
    "address",
    [
        *(
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
        ),
        *(
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
        ),
        *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *(
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1"),
        *("64:ff9b:1::8.8.8.8", "2002:7f00:1::", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
        *("100::1", "3fff::1", "localhost", "", "127.1"),
    ],
)
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "8.8.8.8",
            "1.1.1.1",
            "93.184.216.34",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.255.255",
            "223.255.255.255",
        ),
        *("2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "64:ff9b::8.8.8.8"),
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/feed.xml", "https://example.org/feed.xml"),
        ("https://user:secret@example.org:8443/a?key=secret#secret", "https://example.org:8443/a?…"),
        ("https://example.org/rss/0a1b2c3d4e5f60718293a4b5/feed", "https://example.org/rss/…/feed"),
        ("https://example.org/AbC123dEf456GhI789jKl0.rss", "https://example.org/…"),
        ("https://example.org/2024/why-we-sleep-and-what-it-does.html", None),
        ("https://example.org/internationalisation/feed", None),
        ("https://www.youtube.com/watch?v=deltasABC12", None),
        (
            "https://www.youtube.com/watch?list=PL1&v=deltasABC12&k=s",
            "https://www.youtube.com/watch?v=deltasABC12&…",
        ),
        ("http://[::1", "an unusable address"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str | None) -> None:
    assert shown_url(url) == (shown or url)


def test_a_host_is_named_with_its_port_when_it_has_one() -> None:
    assert host_of("https://u:p@Example.org:8443/x") == "example.org:8443"
    assert host_of("https://example.org/x") == "example.org"
    assert host_of("http://[bad") == "an unusable address"
