"""Lists of addresses: one a line, `#` before comments, blank lines where one likes."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from episcribe.sources.decoding import decode_text, to_utf8

MOST_ADDRESSES = 10_000
_COMMENT = re.compile(r"(?:^|\s)#.*")
_WITHOUT_SCHEME = re.compile(r"(?:www\.|youtu\.be/|(?:m\.)?youtube\.com/|archive\.org/)", re.IGNORECASE)
_LONGEST = 4000
_SHOWN = 60
_ENDINGS = (".txt", ".urls", ".list")


class Line(NamedTuple):
    """An address of a list, and the number of its line from 1."""

    number: int
    address: str


def parse_list(data: bytes) -> tuple[list[Line], list[str]]:
    """The addresses of a list, each once, and a line for each line that is none."""
    text = decode_text(to_utf8(data)[0]).lstrip("\ufeff")
    lines: dict[str, Line] = {}
    warnings: list[str] = []
    for number, written in enumerate(text.splitlines(), 1):
        address = _COMMENT.sub("", written).strip().strip("<>\"'")
        if not address:
            continue
        if _WITHOUT_SCHEME.match(address):
            address = f"https://{address}"
        if not is_address(address):
            shown = "".join(char if char.isprintable() else "�" for char in address[:_SHOWN])
            warnings.append(f"line {number}: expected an address that starts with https://, got {shown!r}")
        elif len(lines) >= MOST_ADDRESSES:
            warnings.append(f"line {number}: more than {MOST_ADDRESSES} addresses; the rest was left out")
            break
        else:
            lines.setdefault(address, Line(number, address))
    return list(lines.values()), warnings


def is_address(text: str) -> bool:
    """True for a web address with a host."""
    if len(text) > _LONGEST or not text[:8].lower().startswith(("http://", "https://")):
        return False
    try:
        return bool(urlsplit(text).hostname) and not any(char.isspace() for char in text)
    except ValueError:
        return False


def is_called_list(address: str) -> bool:
    """True when the path of an address ends as that of a list does."""
    return urlsplit(address).path.lower().endswith(_ENDINGS)
