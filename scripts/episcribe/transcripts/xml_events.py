"""Reading XML from outside: expat's events with no entities of the file's own, and bounds on depth."""

import re
from collections.abc import Callable
from xml.parsers import expat

from episcribe.library.errors import UnreadableTranscript

MAX_DEPTH = 500
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

StartHandler = Callable[[str, dict[str, str]], None]
EndHandler = Callable[[str], None]
TextHandler = Callable[[str], None]


def parse_xml(text: str, start: StartHandler, end: EndHandler, characters: TextHandler, *, what: str) -> None:
    """Call the handlers for every element and text of `text`; names come without their prefixes.

    Stray ampersands and named HTML references, which are common in captions and not XML, are read as what
    they mean. Raises UnreadableTranscript, naming `what`, for XML that is broken, declares entities, or
    is nested deeper than 500 elements.
    """
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnreadableTranscript(f"{what}: elements nested deeper than {MAX_DEPTH}")
        local = {
            key.rpartition(":")[2]: value for key, value in attributes.items() if not key.startswith("xmlns")
        }
        start(name.rpartition(":")[2], local)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2])

    def refused(*_: object) -> None:
        raise UnreadableTranscript(
            f"{what}: declares XML entities, which are not read (they can be made to explode)"
        )

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = characters
    parser.EntityDeclHandler = refused
    parser.buffer_text = True
    try:
        parser.Parse(_well_formed(text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise UnreadableTranscript(
            f"{what}: broken XML at line {error.lineno}, column {error.offset}: {reason}"
        ) from None


def _well_formed(text: str) -> str:
    """`text` with characters that XML forbids dropped and references that it does not know resolved."""
    text = _FORBIDDEN.sub("", text)
    # Only outside a DTD: a file that brings entities of its own must still be seen to do so.
    if "&" in text and "<!DOCTYPE" not in text[:2000] and "<![CDATA[" not in text:
        text = _BARE_AMPERSAND.sub("&amp;", _named_references(text))
    return text.lstrip("\ufeff \t\r\n")


def _named_references(text: str) -> str:
    from html import unescape

    return _NAMED.sub(
        lambda match: match[0] if match[1] in _XML_NAMES else _unescaped(unescape(match[0])), text
    )


_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _unescaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;") if not text.startswith("&") else text
