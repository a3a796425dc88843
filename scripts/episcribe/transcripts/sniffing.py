"""Which format a text is in: the content decides, the declared type and the name settle what it leaves
open.
"""

import re
from enum import StrEnum

from episcribe.library.errors import UnreadableTranscript


class Format(StrEnum):
    """The formats that can be read."""

    WEBVTT = "vtt"
    SRT = "srt"
    SBV = "sbv"
    TTML = "ttml"
    JSON = "json"
    JSON3 = "json3"
    SRV = "srv"
    HTML = "html"
    MARKDOWN = "md"
    TEXT = "txt"


# The first element's name, after declaration, comments and document type.
_ROOT = re.compile(
    r"(?:<\?[^>]{0,500}\?>|<!--.{0,20000}?-->|<!DOCTYPE[^>\[]{0,500}(?:\[.{0,20000}?\]\s*)?>|\s)*"
    r"<(?:[\w.-]{1,60}:)?([A-Za-z][\w.-]{0,60})",
    re.DOTALL | re.IGNORECASE,
)
_HTML_TAG = re.compile(
    r"</?(?:html|body|p|div|br|cite|time|span|h[1-6]|ul|li|article|strong|em)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_OTHER_XML = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "opml": "an OPML list",
    "svg": "an SVG image",
    "Error": "an XML error message",
    "mpd": "a DASH playlist",
}
_SAMPLE = 200_000


def sniff_text(text: str, declared: Format | None = None) -> Format:
    """The format of `text`; `declared` is what its type or name promises, and only settles what is left
    open.

    Raises UnreadableTranscript for what is text but plainly no transcript: playlists, feeds, scripts of
    subtitles.
    """
    head = text.lstrip("\ufeff \t\r\n\f")
    if head.startswith("#EXTM3U"):
        raise UnreadableTranscript(
            "an HLS playlist (#EXTM3U) that points to captions, not the captions themselves"
        )
    if head.startswith("[Script Info]"):
        raise UnreadableTranscript(
            "an ASS or SSA subtitle script: expected WebVTT, SRT, SBV, TTML, JSON, HTML or text"
        )
    if head.startswith("WEBVTT") and head[6:7] in {"", " ", "\t", "\n", "\r"}:
        return Format.WEBVTT
    if head[:1] in {"{", "["}:
        found = _json_format(head)
        if found is not None:
            return found
    if head.startswith("<"):
        return _markup_format(head, declared)
    from episcribe.transcripts import sbv, srt

    sample = head[:_SAMPLE].replace("\r\n", "\n").replace("\r", "\n")
    if srt.TIMING_LINE.search(sample):
        return Format.SRT
    if sbv.TIMING_LINE.search(sample):
        return Format.SBV
    if _is_html(sample, declared):
        return Format.HTML
    return Format.MARKDOWN if declared is Format.MARKDOWN else Format.TEXT


def _json_format(head: str) -> Format | None:
    """JSON or json3 by its first keys; None for text that merely begins with a bracket, as `[Music]`
    does.
    """
    inner = head[1:].lstrip()
    if head[0] == "[" and inner[:1] not in {"{", "[", "]", '"'}:
        return None
    if head[0] == "{" and inner[:1] not in {'"', "}"}:
        return None
    start = head[:_SAMPLE]
    return (
        Format.JSON3
        if '"wireMagic"' in start[:500] or ('"tStartMs"' in start and '"segments"' not in start)
        else Format.JSON
    )


def _markup_format(head: str, declared: Format | None) -> Format:
    from episcribe.transcripts import srt

    match = _ROOT.match(head)
    root = match[1] if match else ""
    if root in _OTHER_XML or root.lower() in {"rss", "feed", "opml"}:
        raise UnreadableTranscript(
            f"{_OTHER_XML.get(root, _OTHER_XML.get(root.lower(), 'XML'))}, not a transcript"
        )
    if root == "tt":
        return Format.TTML
    if root in {"transcript", "timedtext"}:
        return Format.SRV
    if declared in {Format.MARKDOWN, Format.TEXT} and not _HTML_TAG.search(head[:_SAMPLE]):
        return declared
    if srt.TIMING_LINE.search(head[:_SAMPLE]) and not re.match(
        r"<(?:!doctype|html|head|body)", head, re.IGNORECASE
    ):
        return Format.SRT
    return Format.HTML


def _is_html(sample: str, declared: Format | None) -> bool:
    """True for a fragment of a page: some tags if HTML was declared, plainly many if it was not."""
    tags = sum(1 for _ in _HTML_TAG.finditer(sample[:20_000]))
    wanted = 1 if declared is Format.HTML else 4
    return tags >= wanted and (declared is not Format.MARKDOWN or tags > 20)
