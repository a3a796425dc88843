"""Transcripts in HTML: the podcast namespace's `<cite>`, `<time>`, `<p>`, and ordinary web pages."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from episcribe.library.errors import UnreadableTranscript
from episcribe.library.transcript import Transcript
from episcribe.transcripts.clock import parse_clock
from episcribe.transcripts.speakers import label_in, looks_like_name
from episcribe.transcripts.turns import Line, build, parse_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt figcaption figure footer "
    "form h1 h2 h3 h4 h5 "
    "h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_NOT_TEXT = (
    "head, script, style, noscript, template, svg, math, iframe, object, canvas, button, select, textarea, "
    "form, nav, footer, aside, body > header, audio, video, figcaption, [role=navigation], [role=banner], "
    "[role=contentinfo], [role=search], [role=dialog], [hidden], [aria-hidden=true]"
)
_NOT_MAIN = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|sidebar|share|sharing|social|related|recommended|cookies?|consent|newsletter|subscribe|menu|"
    r"navbar|breadcrumbs?|pagination|advert(?:isement)?s?|ads?|promo|popup|modal|masthead|skip-link|byline|footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TRANSCRIPT_TITLE = re.compile(
    r"\W*(?:(?:full|episode|show|complete|automated|edited|interview|audio|podcast|read the)\s+){0,4}"
    r"transcript(?:ion)?\b.{0,60}\Z",
    re.IGNORECASE,
)
_AFTERWORD_TITLE = re.compile(
    r"\W*(?:\d+\s+)?(?:comments?|responses?|leave a (?:reply|comment)|related|share|subscribe|newsletter|"
    r"more episodes|about the (?:author|host|show)|recent posts?|you may also|keep reading|links|show ?notes|"
    r"resources)\b",
    re.IGNORECASE,
)
_ERROR_TITLE = re.compile(
    r"\W*(?:error\b|[45]\d\d\b|not found|page not found|access denied|forbidden|unauthori[sz]ed|bad gateway|"
    r"service unavailable|just a moment|attention required|are you a robot|captcha|oops|sorry|sign in|"
    r"log ?in|moved permanently|redirecting)|"
    r".{0,60}\b(?:page not found|not found|access denied|404)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]{0,200000})>?")
# Nested blocks cost the parser time by their square, as do attributes of one tag.
_MAX_DEPTH = 3000
_MAX_ATTRIBUTES = 3000
_FEW_WORDS = 150
# How far above one line of a transcript the element is looked for that holds all of them.
_MAX_CLIMB = 6


def read(text: str) -> Transcript:
    """The turns and paragraphs of the page's transcript, with its headings; language from `<html lang>`.

    Of an ordinary page the part that is called transcript is read, else its main text, without navigation,
    forms, comments and the like. Raises UnreadableTranscript for error pages and pages without text.
    """
    _refuse_bombs(text)
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    title_node = tree.css_first("title")
    title = " ".join(title_node.text().split())[:300] if title_node is not None else ""
    language = tree.root.attributes.get("lang") if tree.root is not None else None
    if tree.body is None:
        raise UnreadableTranscript("HTML without a body")
    heading = tree.css_first("h1")
    first_heading = " ".join(heading.text().split())[:300] if heading is not None else ""
    cited = _is_cited(tree.body)
    main = tree.body if cited else _main(tree.body)
    lines = list(_Collector(cited=cited).collect(main))
    if not cited:
        lines = _transcript_part(lines)
    _refuse_errors(title, first_heading, lines)
    segments, headings = build(lines)
    return Transcript(segments, language or None, headings, {"title": title} if title else {})


class _Collector:
    """Walks the tree once, in document order, and makes a `Line` of every block's text."""

    def __init__(self, *, cited: bool) -> None:
        self._cited = cited
        self._names_inside = False
        self._parts: list[str] = []
        self._has_text = False
        self._opens = True
        self._label: str | None = None
        self._time: float | None = None
        self._bold = self._starts_bold = False
        self._mark: int | None = None

    def collect(self, root: "LexborNode") -> Iterator[Line]:
        """The lines under `root`; headings have a level.

        A name inside a paragraph is that paragraph's, one between paragraphs holds until the next.
        """
        self._names_inside = self._cited and root.css_first("p cite") is not None
        for node, leaving in _walk(root):
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content or ""
                self._parts.append(text)
                self._has_text = self._has_text or not text.isspace()
            elif tag == "br" and not leaving:
                yield from self._flush(opens=False)
            elif tag in _BLOCKS:
                level = _level(tag) if leaving else 0
                yield from self._flush(opens=tag != "tr", level=level, term=tag == "dt" and leaving)
            elif tag in {"strong", "b"}:
                self._embolden(leaving)
            elif tag in {"cite", "time"} and self._cited:
                yield from self._marked(tag, leaving)
        yield from self._flush(opens=True)

    def _text(self) -> str:
        return " ".join("".join(self._parts).split())

    def _embolden(self, leaving: bool) -> None:
        """Note whether the line begins in bold: there a name may be set apart."""
        if not leaving:
            self._starts_bold = self._starts_bold or not self._has_text
        elif self._starts_bold and self._has_text:
            self._bold = True

    def _marked(self, tag: str, leaving: bool) -> Iterator[Line]:
        """What a `<cite>` or `<time>` holds leaves the text where it is a name or a time."""
        if not leaving:
            self._mark = len(self._parts) if self._mark is None else self._mark
            return
        if self._mark is None:
            return
        text = " ".join("".join(self._parts[self._mark :]).split())
        rest, self._mark = self._parts[: self._mark], None
        time = parse_clock(text.strip("[]() ")) if tag == "time" else None
        if not text or (tag == "time" and time is None):
            return
        self._parts = rest
        self._has_text = any(part.strip() for part in rest)
        if tag == "cite" or self._has_text:
            yield from self._flush(opens=True)
        if tag == "cite":
            self._label = text.rstrip(":： ")
        else:
            self._time = time

    def _flush(self, *, opens: bool, level: int = 0, term: bool = False) -> Iterator[Line]:
        text, self._parts, self._mark = self._text(), [], None
        bold, self._bold, self._starts_bold, self._has_text = self._bold, False, False, False
        if text and level:
            yield Line(text, level=level)
        elif (
            text
            and term
            and looks_like_name(text.rstrip(":： ") or "-")
            and label_in(text.rstrip(":： ") + ": ")
        ):
            self._label = text.rstrip(":： ")
        elif text:
            yield self._line(text, bold=bold)
        self._opens = opens or (self._opens and not text)

    def _line(self, text: str, *, bold: bool) -> Line:
        if self._names_inside:
            label, time, self._label, self._time = self._label or "", self._time, None, None
            return Line(text, True, label, time, certain=True, whole=text)
        if self._label is None and self._time is None:
            return parse_line(text, opens=self._opens, bold=bold)
        line = Line(text, True, self._label, self._time, certain=self._label is not None, whole=text)
        self._label = self._time = None
        return line


def _walk(root: "LexborNode") -> Iterator[tuple["LexborNode", bool]]:
    """Every node under `root` in document order, elements once before (False) and once after (True) what
    they hold.
    """
    stack = [(root, root.iter(include_text=True))]
    while stack:
        node, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield node, True
        elif child.tag == "-text" or child.tag in _VOID:
            yield child, False
        else:
            yield child, False
            stack.append((child, child.iter(include_text=True)))


def _is_cited(body: "LexborNode") -> bool:
    """True for the podcast namespace's form: `<time>` that holds clock times, or `<cite>` that ends in a
    colon.
    """
    times = sum(
        1 for node in body.css("time")[:50] if parse_clock(node.text().strip("[]() \n\t")) is not None
    )
    cites = body.css("cite")[:50]
    named = sum(1 for node in cites if node.text().strip().endswith((":", "：")))
    return bool(named) or (bool(cites) and times > 1) or (times > 2 and not body.css("nav, header, footer"))


def _main(body: "LexborNode") -> "LexborNode":
    """The element that holds the page's transcript or main text, with what is no text removed from it."""
    for node in body.css(_NOT_TEXT):
        if node.mem_id != body.mem_id and not _is_collapsed_part(node, body):
            node.decompose()
    for node in body.css("[class], [id]"):
        marks = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if (
            _NOT_MAIN.search(marks)
            and "transcript" not in marks.lower()
            and node.tag not in {"body", "main", "article"}
        ):
            node.decompose()
    whole = len(body.text())
    for selector in (
        "[class*=transcript i], [id*=transcript i]",
        "article",
        "main, [role=main]",
        "[itemprop=articleBody], .entry-content",
    ):
        found = [(len(node.text()), -order, node) for order, node in enumerate(body.css(selector)[:200])]
        if not found:
            continue
        length, _, best = max(found, key=lambda entry: entry[:2])
        total = sum(entry[0] for entry in found)
        for _ in range(_MAX_CLIMB):
            if length >= 0.6 * total or best.parent is None or best.tag == "body":
                break
            best = best.parent
            length = len(best.text())
        if length > max(200, 0.2 * whole):
            return best
    return body


def _is_collapsed_part(node: "LexborNode", body: "LexborNode") -> bool:
    """True for a tab or an accordion that is hidden until somebody opens it, and holds most of the page."""
    is_hidden = "hidden" in node.attributes or "aria-hidden" in node.attributes
    return is_hidden and len(node.text() or "") > 0.5 * len(body.text() or "")


def _transcript_part(lines: list[Line]) -> list[Line]:
    """The lines under a heading like "Full transcript" up to comments and the like, or all of them.

    The heading stands for a part only when that holds a good share of the words.
    """
    starts = [
        i
        for i, line in enumerate(lines)
        if len(line.whole or line.text) < 90 and _TRANSCRIPT_TITLE.match(line.whole or line.text)
    ]
    for index in starts:
        level = lines[index].level or 6
        part = []
        for line in lines[index + 1 :]:
            if line.level and line.level <= level and _AFTERWORD_TITLE.match(line.text):
                break
            part.append(line)
        words = _count_words(part)
        if words >= 60 and words >= 0.3 * _count_words(lines):
            return part
    return (
        [line for line in lines if not (line.level and _AFTERWORD_TITLE.match(line.text))] if lines else lines
    )


def _refuse_errors(title: str, heading: str, lines: list[Line]) -> None:
    words = _count_words(lines)
    if words < _FEW_WORDS and not any(line.label for line in lines):
        for text in (title, heading):
            if text and _ERROR_TITLE.match(text):
                raise UnreadableTranscript(f"an HTML page that says {text[:80]!r}, not a transcript")
        if any("enable javascript" in (line.whole or line.text).lower() for line in lines):
            raise UnreadableTranscript("an HTML page that shows nothing without JavaScript, not a transcript")
    if not words:
        raise UnreadableTranscript("an HTML page without text")


def _refuse_bombs(text: str) -> None:
    depth = deepest = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if (
            len(match[3]) > 2 * _MAX_ATTRIBUTES
            and match[3].count("=") + match[3].count(" ") > 2 * _MAX_ATTRIBUTES
        ):
            raise UnreadableTranscript(f"HTML with more than {_MAX_ATTRIBUTES} attributes on one tag")
        if name in _BLOCKS:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    if deepest > _MAX_DEPTH and text.count("</") * 3 < text.count("<"):
        raise UnreadableTranscript(f"HTML nested deeper than {_MAX_DEPTH} elements")


def _level(tag: str) -> int:
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else 0


def _count_words(lines: list[Line]) -> int:
    return sum(len((line.whole or line.text).split()) for line in lines if not line.level)
