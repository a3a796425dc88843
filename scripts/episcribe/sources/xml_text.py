"""The text that XML holds: CDATA, comments, and references to characters."""

import html
import re

from episcribe.sources.decoding import decode_text

CONTROL_CHARACTERS = bytes(byte for byte in range(32) if byte not in (9, 10, 13)) + b"\x7f"

_ASIDE = re.compile(rb"<!\[CDATA\[|<!--|<\?")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_C1 = re.compile("[\x80-\x9f\ufeff]")
_COMMON = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'"))
_CLOSINGS = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}


def content_text(piece: bytes, *, raw_markup: bool = False) -> str:
    """The text of an element's content: CDATA opened, comments dropped, references outside CDATA resolved.

    With `raw_markup` the content is HTML that nobody escaped, and its references stay as they are.
    """
    escaped = not raw_markup
    if b"<!" not in piece and b"<?" not in piece:
        return _plain(piece, escaped=escaped)
    parts: list[str] = []
    position = 0
    unclosed: set[bytes] = set()
    while match := _ASIDE.search(piece, position):
        parts.append(_plain(piece[position : match.start()], escaped=escaped))
        opening = match.group()
        closing = _CLOSINGS[opening]
        stop = -1 if closing in unclosed else piece.find(closing, match.end())
        if stop < 0:
            unclosed.add(closing)
        position = stop + len(closing) if stop >= 0 else match.end()
        if opening == b"<![CDATA[":
            inner = piece[match.end() : stop] if stop >= 0 else piece[match.end() :].removesuffix(b"]]")
            parts.append(_plain(inner, escaped=False))
            position = position if stop >= 0 else len(piece)
    parts.append(_plain(piece[position:], escaped=escaped))
    return "".join(parts)


def resolve_references(text: str) -> str:
    """Character and HTML entity references as characters; a name that HTML does not know stays as it is."""
    if "&" not in text:
        return text
    for reference, character in _COMMON:
        text = text.replace(reference, character)
    if text.count("&") > text.count("&amp;"):
        text = _REFERENCE.sub(_reference, text)
    return text.replace("&amp;", "&")


def _reference(match: re.Match[str]) -> str:
    reference = match.group()
    return reference if reference == "&amp;" else html.unescape(reference).replace("\ufffd", "")


def _plain(piece: bytes, *, escaped: bool) -> str:
    text = decode_text(piece.translate(None, CONTROL_CHARACTERS))
    if escaped:
        text = resolve_references(text)
    if _C1.search(text):
        text = _C1.sub(_from_c1, text)
    return text


def _from_c1(match: re.Match[str]) -> str:
    # C1 controls in a feed are Windows-1252 that was taken for Latin-1.
    character = match.group()
    return "" if character == "\ufeff" else bytes([ord(character)]).decode("cp1252", "ignore")
