"""Addresses as feeds write them: relative, padded, broken over lines, escaped once too often."""

import re
from urllib.parse import urljoin

_BREAKS = re.compile(r"[\r\n\t]+\s*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NEVER = frozenset(("javascript", "data", "vbscript", "about", "blob"))
_LONGEST = 8192


def clean_link(text: str | None, base: str | None = None) -> str | None:
    """An absolute address, or None when `text` is empty or no address of something to fetch.

    `base` is where relative ones start; without it they stay as they are (paths beside a local feed file).
    A feed from the network (`base` is http or https) cannot name local files.
    """
    if not text or len(text) > _LONGEST:
        return None
    link = _BREAKS.sub("", text).strip().strip("\"'“”<>").replace("&amp;", "&").replace(" ", "%20")
    if not link:
        return None
    scheme = _SCHEME.match(link)
    if scheme and (scheme.group(1).lower() in _NEVER or (base and scheme.group(1).lower() == "file")):
        return None
    if is_web_address(link):
        return link
    if base:
        try:
            return urljoin(base, link)
        except ValueError:
            return None
    return "https:" + link if link.startswith("//") else link


def joined_base(base: str | None, further: str | None) -> str | None:
    """The base address that holds where an element adds `further` as its xml:base."""
    if not further:
        return base
    try:
        return urljoin(base or "", further.strip()) or base
    except ValueError:
        return base


def is_web_address(text: str | None) -> bool:
    """True for absolute http and https addresses."""
    return bool(text) and str(text)[:8].lower().startswith(("http://", "https://"))
