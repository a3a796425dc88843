"""What is left of markup, encodings and layout in the text of a cue, and how it goes."""

import html
import re
import unicodedata
from collections.abc import Iterable

_CAPTION_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|em|strong|lang|ruby|rt|font|span|br|p)(?:[.\s/][^<>\n]{0,200})?/?>"
    r"|<\d{1,3}:\d{2}(?::\d{2})?[.,]\d{1,3}>",
    re.IGNORECASE,
)
_LINE_BREAK_TAG = re.compile(r"<(?:br|p)\s*/?>|</p>|\\N", re.IGNORECASE)
_STYLE_OVERRIDE = re.compile(r"\{\\[^{}\n]{1,80}\}")
_BRACKETED_TIME = re.compile(r"\[\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?\]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_AMPERSANDS = re.compile(r"&(?:amp;)+", re.IGNORECASE)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_LINE_BREAKS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]|\\n")
_OMISSION = re.compile(r"\[\s*(?:\.\.\.|…)\s*\]")
_MASKED = re.compile(r"\[\s*_+\s*\]")
_MOJIBAKE = re.compile(
    "(?:[\u00c2-\u00df][\u0080-\u00bf\u0152-\u2122]|[\u00e0-\u00ef][\u0080-\u00bf\u0152-\u2122]{2}"
    "|[\u00f0-\u00f4][\u0080-\u00bf\u0152-\u2122]{3})+"
)
_WINDOWS_1252 = {bytes([n]).decode("cp1252", "ignore") or chr(n): n for n in range(0x80, 0x100)}


def clean_markup(text: str) -> str:
    """`text` without caption tags, style overrides, entities, invisible characters and odd white space.

    Lines stay apart (one `\\n` each, none empty); everything else of white space becomes one space. Text
    that was decoded as Windows-1252 though it was UTF-8 (`Itâ€™s`) is put right. A tag between backticks is
    spoken of, not markup, and stays. `[...]` becomes an ellipsis, a masked word (`[ __ ]`) stays as `[__]`.
    """
    if "&" in text or "<" in text or "{" in text or "[" in text or "\\" in text:
        text = _without_marks(text)
    if text.isascii():
        if text.replace("\n", "").isprintable():
            return " ".join(text.split()) if "\n" not in text else _tidy(text.split("\n"))
    else:
        text = _without_oddities(text)
    return _tidy(_LINE_BREAKS.split(_INVISIBLE.sub("", text)))


def _tidy(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _without_marks(text: str) -> str:
    for _ in range(4):
        before = text
        if "&" in text:
            text = _ENTITY.sub(lambda match: html.unescape(match[0]), _AMPERSANDS.sub("&", text))
        if "<" in text or "\\" in text or "{" in text:
            text = _STYLE_OVERRIDE.sub("", _without_tags(text))
        if "[" in text:
            text = _MASKED.sub("[__]", _OMISSION.sub("…", _BRACKETED_TIME.sub(" ", text)))
        if text == before:
            break
    return text


def _without_tags(text: str) -> str:
    if "`" not in text:
        return _CAPTION_TAG.sub("", _LINE_BREAK_TAG.sub("\n", text))
    parts = text.split("`")
    parts[::2] = [_CAPTION_TAG.sub("", _LINE_BREAK_TAG.sub("\n", part)) for part in parts[::2]]
    return "`".join(parts)


def _without_oddities(text: str) -> str:
    if _MOJIBAKE.search(text):
        text = _MOJIBAKE.sub(_decode_again, text)
    return unicodedata.normalize("NFC", text)


def _decode_again(match: re.Match[str]) -> str:
    try:
        return bytes(_WINDOWS_1252[character] for character in match[0]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return match[0]
