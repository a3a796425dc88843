"""Plain text out of the fields of feeds, which hold text, HTML, and HTML that was escaped once too often."""

import re

from episcribe.sources.xml_text import resolve_references

# Names in angle brackets that are not HTML ("Using the <template>", "<3") are words of a title and stay.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u)"
    r"(?=[\s/>])[^<>]{0,2000}>|</?(?:a|b|em|i|s|small|span|strong|sub|sup|u)>",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:br|hr|p|div|h[1-6]|ul|ol|li|img|table|tr|td|blockquote|center)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[A-Za-z/!][^<>]{0,4000}>")


def plain_line(text: str) -> str:
    """One line of plain text from a title or a name: HTML tags dropped, references resolved once."""
    if "<" in text:
        text = _BLOCK_TAG.sub(" ", _INLINE_TAG.sub("", text))
    return " ".join(resolve_references(text).split())


def visible_text(markup: str) -> str:
    """The words of HTML or text on one line, good enough to compare lengths and to make a title from."""
    if "<" in markup:
        markup = _ANY_TAG.sub(" ", markup)
    return " ".join(resolve_references(markup).split())


def shortened(text: str, length: int = 80) -> str:
    """The beginning of `text`, cut between words, with an ellipsis when something was left out."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.-–—") + "…"
