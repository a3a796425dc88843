"""Plain text and Markdown: paragraphs, names of speakers, times, headings, front matter."""

import re
from typing import Any

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Transcript
from episcribe.transcripts.clock import parse_clock
from episcribe.transcripts.turns import Line, build, labelled_line, parse_line

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,65536}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t#]*\Z")
# A name set apart: `**Ada:**`, `**Ada**:`, with a time in brackets before it if there is one.
_BOLD_LABEL = re.compile(
    r"^((?:\[[^\]\n]{1,20}\][ \t]*)?)(?:\*\*|__)([^*_\n]{1,60}?)[ \t]*"
    r"(?:[:：](?:\*\*|__)|(?:\*\*|__)[ \t]*[:：])[ \t]*",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|<>&\"'])")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\((?:[^()\n]|\([^()\n]{0,500}\)){1,2000}\)")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,2000})>")
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3}|_{1,3})(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`\n]{1,1000})`")
_NOT_WORDS = re.compile(r"(?:[-*_=]{3,}|```.*|~~~.*|\[[^\]]{1,100}\]:\s+\S+|<!--.*-->)\Z")
_BULLET = re.compile(r"(?:[-*+]|\d{1,3}[.)]|>+)[ \t]+(?=\S)")


def read(text: str, *, markdown: bool = False) -> Transcript:
    """Paragraphs as segments, with speakers and times where the lines begin with them.

    Markdown's marks are taken off where the file is Markdown: when `markdown` says so, or front matter or
    `**Name:**` does. Front matter becomes metadata. Raises UnreadableTranscript when there is no text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    metadata, body = _front_matter(text.lstrip("\n"))
    markdown = markdown or bool(metadata) or _BOLD_LABEL.search(body[:200_000]) is not None
    segments, headings = build(_lines(body, markdown=markdown), _speakers(metadata))
    if not segments:
        raise UnreadableTranscript("text without words")
    language = metadata.get("language") or metadata.get("lang")
    return Transcript(segments, language if isinstance(language, str) else None, headings, metadata)


def read_markdown(text: str) -> Transcript:
    """`read` for a text that is known to be Markdown."""
    return read(text, markdown=True)


def _lines(body: str, *, markdown: bool) -> list[Line]:
    lines: list[Line] = []
    opens = True
    for raw in body.split("\n"):
        stripped = raw.strip()
        if not stripped or (markdown and _NOT_WORDS.match(stripped)):
            opens = True
            continue
        heading = _HEADING.match(stripped)
        if heading:
            title = _without_marks(heading[2]) if markdown else heading[2]
            lines.append(Line(title, level=len(heading[1])))
            opens = True
            continue
        lines.append(_markdown_line(stripped, opens=opens) if markdown else parse_line(stripped, opens=opens))
        opens = False
    return lines


def _markdown_line(text: str, *, opens: bool) -> Line:
    text = text.replace("\\[", "[").replace("\\]", "]")
    if bold := _BOLD_LABEL.match(text):
        time = parse_clock(bold[1].strip("[] \t")) if bold[1] else None
        return labelled_line(bold[2], _without_marks(text[bold.end() :]), opens=opens, time=time)
    if match := _BULLET.match(text):
        text = text[match.end() :]
    return parse_line(_without_marks(text), opens=opens)


def _without_marks(text: str) -> str:
    """`text` without emphasis, link targets, images, code marks and escapes."""
    if "[" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "<http" in text:
        text = _AUTOLINK.sub(r"\1", text)
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", text)
        text = _EMPHASIS.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The header between `---` lines as a dictionary of plain values, and the text after it.

    A header that is not a mapping, or not YAML, is left in the text, unless its lines look like `key:
    value`.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    from episcribe.transcripts.front_matter import parse_front_matter

    metadata = parse_front_matter(match[1])
    return ({}, text) if metadata is None else (metadata, text[match.end() :])


def _speakers(metadata: dict[str, Any]) -> list[str]:
    found = metadata.get("speakers") or metadata.get("hosts") or []
    names = [found] if isinstance(found, str) else found
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
