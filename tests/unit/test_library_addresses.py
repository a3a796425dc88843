"""Addresses as they are configured: what of them is secret, and variables in them."""

import pytest

from episcribe.library.addresses import address_digest, public_address, with_environment
from episcribe.library.errors import ConfigurationError


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://ann:s3cret@example.org/feed?page=2", "https://example.org/feed?page=2"),
        ("https://example.org/feed?token=abc&show=bees&key=d", "https://example.org/feed?token=…&show=bees&key=…"),
        ("https://example.org/feed?authToken=a%20b;X-Amz-Signature=1", "https://example.org/feed?authToken=…;X-Amz-Signature=…"),
        ("https://example.org/feed?a=0123456789abcdef01", "https://example.org/feed?a=…"),
        ("https://example.org/feed?0123456789abcdef01", "https://example.org/feed?…"),
        ("https://ann:s3cret@[broken/feed?token=a", "https://[broken/feed"),
    ],
)  # fmt: skip
def test_what_is_secret_in_an_address_is_left_out(address: str, public: str) -> None:
    assert public_address(address) == public
    assert address_digest(address) not in (None, address_digest(address + "x"))


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/playlist?list=PLabcdefghij0123456789abcdef",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghij0123456789ab",
        "https://example.org/feed?author=ann&keywords=bees&page=2&empty=",
        "/talks/a@b?token=c.xml",
        "collection:bees AND token=5",
        "@handle",
    ],
)
def test_what_is_not_secret_stays_as_it_is(address: str) -> None:
    assert public_address(address) == address
    assert address_digest(address) is None


def test_a_variable_stands_for_a_part_of_an_address_or_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "a b/c&d")
    monkeypatch.setenv("FEED", "https://example.org/feed?token=a&b=c")
    assert with_environment("https://x.example/${SECRET}", "feed") == "https://x.example/a%20b%2Fc%26d"
    assert with_environment("${FEED}", "feed") == "https://example.org/feed?token=a&b=c"
    assert with_environment("$HOME and $ {SECRET}", "feed") == "$HOME and $ {SECRET}"


def test_a_variable_that_is_not_set_is_said() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^feed: there is no environment variable NO_SUCH_VARIABLE$"
    ):
        with_environment("https://x.example/${NO_SUCH_VARIABLE}", "feed")
