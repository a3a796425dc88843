"""What an address names: an item (or collection) of archive.org, or a search."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from episcribe.library.errors import EpiscribeError

SITE = "https://archive.org"

# https://archive.org/developers/metadata-schema/ allows letters, digits, `_`, `.` and `-`.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_NAMES_AN_ITEM = frozenset(("details", "download", "embed", "metadata", "stream", "serve"))
_SEARCHES = {"search": "query", "search.php": "query", "advancedsearch.php": "q"}
_LONGEST_QUERY = 2000
_HELP = (
    "expected an identifier, https://archive.org/details/IDENTIFIER, or a search such as collection:(name)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Either the identifier of an item or collection, or a query in archive.org's own language."""

    identifier: str | None = None
    query: str | None = None


def parse_address(text: str) -> Address:
    """The item or the search that `text` names.

    `text` is an identifier, the URL of an item's or a search's page, or a query, which has a colon or a
    space. Raises EpiscribeError for what is none of them.
    """
    wanted = text.strip()
    if "://" in wanted[:9]:
        return _of_url(wanted)
    if is_identifier(wanted):
        return Address(identifier=wanted)
    if (":" in wanted or " " in wanted) and len(wanted) <= _LONGEST_QUERY and wanted.isprintable():
        return Address(query=" ".join(wanted.split()))
    raise EpiscribeError(f"archive: {wanted[:80]!r} names nothing on archive.org; {_HELP}")


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


def _of_url(text: str) -> Address:
    parts = _split(text)
    host = (parts.hostname or "").removeprefix("www.") if parts else ""
    if parts is None or host != "archive.org" or parts.scheme not in ("http", "https"):
        raise EpiscribeError(f"archive: {text[:80]!r} is no address on archive.org; {_HELP}")
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if len(segments) > 1 and segments[0] in _NAMES_AN_ITEM and is_identifier(segments[1]):
        return Address(identifier=segments[1])
    if segments and segments[0] in _SEARCHES:
        values = parse_qs(parts.query).get(_SEARCHES[segments[0]], [])
        if values and len(values[0]) <= _LONGEST_QUERY:
            return Address(query=" ".join(values[0].split()))
    raise EpiscribeError(f"archive: {text[:80]!r} is neither an item nor a search; {_HELP}")


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:
        return None
