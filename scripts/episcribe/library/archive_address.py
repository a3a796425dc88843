"""What an address names: an item (or collection) of archive.org, or a search."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from episcribe.library.errors import ConfigurationError

SITE = "https://archive.org"

# https://archive.org/developers/metadata-schema/ allows letters, digits, `_`, `.` and `-`.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_NAMES_AN_ITEM = frozenset(("details", "download", "embed", "metadata", "stream", "serve"))
_SEARCHES = {"search": "query", "search.php": "query", "advancedsearch.php": "q"}
_LONGEST_QUERY = 2000
_WITHOUT_VALUE = re.compile(r"(\w+):\s*(?:\(\s*\)|\"\s*\"|\)|$)")
_HELP = (
    "expected an identifier, https://archive.org/details/IDENTIFIER, or a search such as collection:(name)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Either the identifier of an item or collection, or a query in archive.org's own language."""

    identifier: str | None = None
    query: str | None = None


def parse_address(text: str, shown: str | None = None) -> Address:
    """The item or the search that `text` names.

    `text` is an identifier, the URL of an item's or a search's page, or a query, which has a colon or a
    space. Raises ConfigurationError for what is none of them, which has `shown` in place of `text` where
    that may hold a secret.
    """
    wanted = text.strip()
    try:
        if "://" in wanted[:9]:
            return _of_url(wanted)
        if is_identifier(wanted):
            return Address(identifier=wanted)
        if (":" in wanted or " " in wanted) and wanted.isprintable():
            return _search_for(wanted)
    except ValueError as fault:
        raise ConfigurationError(f"archive: {(shown or wanted).strip()[:80]!r} {fault}; {_HELP}") from None
    raise ConfigurationError(
        f"archive: {(shown or wanted).strip()[:80]!r} names nothing on archive.org; {_HELP}"
    )


def is_identifier(text: object) -> bool:
    """True for what can be the identifier of an item, and so also the name of a file."""
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None


def details_url(identifier: str, name: str | None = None) -> str:
    """The page of an item, or of one of its files."""
    return f"{SITE}/details/{identifier}" + (f"/{quote(name, safe='/')}" if name else "")


def download_url(identifier: str, name: str) -> str:
    """Where a file of an item is to be had; archive.org sends on to the machine that has it.

    `cnt=0` asks that the fetch is not counted as a view, as archive.org's own tools do.
    """
    return f"{SITE}/download/{identifier}/{quote(name, safe='/')}?cnt=0"


def image_url(identifier: str) -> str:
    """The picture that stands for an item."""
    return f"{SITE}/services/img/{identifier}"


def _search_for(query: str) -> Address:
    """Raises ValueError for a search that asks for nothing."""
    if len(query) > _LONGEST_QUERY:
        raise ValueError(f"is a search of more than {_LONGEST_QUERY} characters")
    if (empty := _WITHOUT_VALUE.search(query)) or not any(char.isalnum() for char in query):
        raise ValueError(f"is a search that names nothing{f' for {empty[1]}' if empty else ''}")
    return Address(query=" ".join(query.split()))


def _of_url(text: str) -> Address:
    """Raises ValueError for what is neither the page of an item nor that of a search."""
    parts = _split(text)
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    if parts is None or host != "archive.org" or parts.scheme not in ("http", "https"):
        raise ValueError("is no address on archive.org; urls: takes pages of other sites")
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if len(segments) > 1 and segments[0] in _NAMES_AN_ITEM and is_identifier(segments[1]):
        return Address(identifier=segments[1])
    if segments and segments[0] in _SEARCHES:
        values = parse_qs(parts.query).get(_SEARCHES[segments[0]], [])
        if not values:
            raise ValueError("is a search that names nothing")
        return _search_for(values[0])
    raise ValueError("is neither an item nor a search")


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:
        return None
