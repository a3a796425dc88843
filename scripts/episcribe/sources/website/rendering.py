"""A part of a page as clean HTML: only what is read, with the speakers' names and times where any reader
finds them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from episcribe.sources.website.wording import NAMES_TRANSCRIPT, NOT_MAIN

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset(
    "script style noscript template svg math iframe object embed canvas select textarea input nav footer "
    "audio video figcaption head title link meta progress meter dialog map area".split()
)
_DROPPED_ROLES = frozenset(
    "navigation banner contentinfo search dialog toolbar tablist complementary".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figure form header hgroup hr "
    "li main ol p pre section summary table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6".split()
)
_KEPT_AS = {
    "p": "p",
    "dt": "dt",
    "dd": "dd",
    "dl": "dl",
    "li": "li",
    "ul": "ul",
    "ol": "ol",
    "blockquote": "blockquote",
    "h1": "h1",
    "h2": "h2",
    "h3": "h3",
    "h4": "h4",
    "h5": "h5",
    "h6": "h6",
    "pre": "p",
}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOCK = re.compile(
    r"[\[(]?\s*(\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)\s*(?:[-–—→]+\s*\d[\d:.,]*\s*)?[\])]?:?"
)
_SPEAKER_CLASS = re.compile(
    r"(?:^|[\s_-])(?:speakers?|spk|talker|person|interlocutor|interviewe[er]|voice|cite|who|name|author|participant)"
    r"(?:$|[\s_-]|\d|Name)",
)
_TIME_CLASS = re.compile(
    r"(?:^|[\s_-])(?:time|times|timestamps?|timecodes?|ts|clock|cue-?time|start)(?:$|[\s_-])", re.I
)
_NAME = re.compile(r"[^\W_][^:：\[\]()<>{}!?;|=\"“”]{0,46}")
_ENDS_SENTENCE = re.compile(r"[.!?。！？…]\Z")
_INITIALS = re.compile(r"(?:\b[A-Z]\.){1,3}\Z|\b(?:[JS]r|Dr|Ph\.?D)\.\Z")
_WORD = re.compile(r"[^\W\d_]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PROSE = frozenset(("p", "li", "em", "i"))
_MOST_SPEAKERS = 40
_SETS_APART = frozenset(("strong", "b", "dt", "td", "h2", "h3", "h4", "h5", "h6"))
_FEW_TIMES = 3
_PERMALINK = frozenset(("#", "¶", "§", "🔗", "link"))


@dataclass(slots=True)
class Rendered:
    """A part of a page as HTML without attributes and as lines of text; `linked` counts words in links."""

    html: str = ""
    lines: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    linked: int = 0

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def render(nodes: Sequence["LexborNode"]) -> Rendered:
    """What `nodes` say, in order, without navigation, forms, comments, players and the like.

    A name that the page sets apart (a class such as `speaker`, a bold or lone line that recurs, `<cite>`)
    becomes a bold label with a colon; a time (a class, a link on a clock time, `data-start`) becomes
    `[0:05]`.
    """
    size = sum(len(node.text() or "") for node in nodes)
    writer = _Writer(_names_set_apart(nodes), size)
    for node in nodes:
        writer.write(node)
    return writer.finish()


class _Writer:
    def __init__(self, names: frozenset[str], size: int) -> None:
        self._names = names
        self._size = size
        self._labelled = False
        self._out: list[str] = []
        self._line: list[str] = []
        self._done = Rendered()
        self._heading = False

    def write(self, root: "LexborNode") -> None:
        """Write what `root` says."""
        stack: list[tuple[LexborNode, Iterator[LexborNode]]] = []
        self._enter(root, stack)
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                self._close(node.tag or "")
            else:
                self._enter(child, stack)

    def finish(self) -> Rendered:
        """The result; nothing can be written after it."""
        self._break()
        self._done.html = "".join(self._out)
        return self._done

    def _enter(self, node: "LexborNode", stack: "list[tuple[LexborNode, Iterator[LexborNode]]]") -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._text(node)
        elif tag in {"br", "hr"}:
            self._break()
            self._out.append("<br>")
        elif tag in _VOID or tag[:1] in "-_!" or is_dropped(node, self._size):
            return
        elif (label := self._label(node, tag)) is not None:
            self._open("p" if tag in _HEADINGS else tag)
            self._out.append(f"<strong>{escape(label, quote=False)}:</strong> ")
            self._line.append(f"{label}: ")
            self._labelled = True
            if tag in _BLOCKS:
                self._close("p" if tag in _HEADINGS else tag)
        elif (time := _time_of(node, tag)) is not None:
            self._open(tag)
            self._say(f" [{time}] ")
            if tag in _BLOCKS:
                self._close(tag)
        else:
            self._open(tag)
            if tag in _BLOCKS and (start := _start_of(node)) is not None:
                self._say(f"[{start}] ")
            if tag in {"strong", "b"}:
                self._out.append("<strong>")
            elif tag == "a":
                self._done.linked += count_words(node.text() or "")
            stack.append((node, node.iter(include_text=True)))

    def _open(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
            self._heading = tag in _HEADINGS
            self._out.append(f"<{_KEPT_AS.get(tag, 'div')}>")

    def _close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
            self._heading = False
            self._out.append(f"</{_KEPT_AS.get(tag, 'div')}>\n")
        elif tag in {"strong", "b"}:
            self._out.append("</strong>")

    def _text(self, node: "LexborNode") -> None:
        """Say a text; in `<pre>` its lines are lines."""
        text = node.text_content or ""
        if "\n" not in text or node.parent is None or node.parent.tag != "pre":
            self._say(text)
            return
        for line in text.splitlines():
            self._say(line)
            self._break()
            self._out.append("<br>")

    def _say(self, text: str) -> None:
        if self._labelled and text.strip():
            text = re.sub(r"\A\s*[:：]", "", text)
            self._labelled = False
        self._out.append(escape(text, quote=False))
        self._line.append(text)

    def _break(self) -> None:
        text = " ".join("".join(self._line).split())
        self._line = []
        if text:
            (self._done.headings if self._heading else self._done.lines).append(text)

    def _label(self, node: "LexborNode", tag: str) -> str | None:
        """The name that `node` consists of, when it is a speaker's and begins a line."""
        if _WORD.search(_CLOCK.sub("", "".join(self._line))):
            return None
        text = short_text(node)
        if text is None:
            return None
        name = text.rstrip(":： ").strip("[]")
        if name in self._names:
            return name if tag != "td" or _has_next(node) else None
        marks = f"{node.attributes.get('class') or ''} {node.attributes.get('data-role') or ''}"
        if tag == "cite":
            set_apart = text.endswith((":", "：")) or (
                node.parent is not None and node.parent.tag not in _PROSE
            )
        else:
            set_apart = _SPEAKER_CLASS.search(marks) is not None
        return name if set_apart and _is_name(name) else None


def is_dropped(node: "LexborNode", size: int) -> bool:
    """True for an element that holds no spoken words: by its tag, role or class.

    `size` is the length of all that is read; what holds a large part of it is never dropped by its class.
    """
    tag = node.tag or ""
    attributes = node.attributes
    if tag in _DROPPED or (attributes.get("role") or "").lower() in _DROPPED_ROLES:
        return True
    if tag == "a":
        return (short_text(node) or "").casefold() in _PERMALINK
    marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    suspicious = tag in {"aside", "form", "button"} or NOT_MAIN.search(marks) is not None
    if not suspicious or tag in {"body", "main", "article", "html"} or NAMES_TRANSCRIPT.search(marks):
        return False
    return len(node.text() or "") < max(200, 0.4 * size)


def short_text(node: "LexborNode") -> str | None:
    """The text of a node that holds no more than a name or a title (90 characters), else None."""
    if node.tag == "-text":
        return None
    parts: list[str] = []
    length = 0
    for visited, inner in enumerate(node.traverse(include_text=True)):
        if inner.tag == "-text":
            parts.append(inner.text_content or "")
            length += len(parts[-1])
        if length > 400 or visited > 30:
            return None
    text = " ".join("".join(parts).split())
    return text if 0 < len(text) <= 90 else None


def count_words(text: str) -> int:
    """Words of `text`; of scripts without spaces two characters count as one."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + unspaced // 2 if unspaced else len(text.split())


def _names_set_apart(nodes: Sequence["LexborNode"]) -> frozenset[str]:
    """Names that stand, three times or more, in bold, in a heading, a term or a cell, or (of two words or
    more) alone in a line.
    """
    counts: Counter[str] = Counter()
    for root in nodes:
        for node in (root, *root.css("strong, b, dt, td, h2, h3, h4, h5, h6, p, div")):
            text = short_text(node)
            name = (text or "").rstrip(":： ")
            if not name or not _is_name(name) or (node.tag == "td" and not _has_next(node)):
                continue
            if node.tag in _SETS_APART or (" " in name and _is_title_case(name)):
                counts[name] += 1
    recurring = [name for name, count in counts.items() if count >= _FEW_TIMES]
    return frozenset(recurring) if len(recurring) <= _MOST_SPEAKERS else frozenset()


def _has_next(node: "LexborNode") -> bool:
    after = node.next
    while after is not None and after.tag == "-text":
        after = after.next
    return after is not None


def _is_name(text: str) -> bool:
    if len(text) > 47 or not _NAME.fullmatch(text) or text.count(" ") > 5 or not any(map(str.isalpha, text)):
        return False
    if _ENDS_SENTENCE.search(text) and not _INITIALS.search(text):
        return False
    first = next(filter(str.isalpha, text))
    return (first.isupper() or first.lower() == first.upper()) and not NAMES_TRANSCRIPT.search(text)


def _is_title_case(text: str) -> bool:
    return all(not word[0].islower() or len(word) < 4 for word in text.split())


def _time_of(node: "LexborNode", tag: str) -> str | None:
    """The clock time that `node` consists of, when it is set apart as one."""
    if tag not in {"time", "a", "span", "div", "small", "button", "em", "sup", "code", "i", "td"}:
        return None
    text = short_text(node)
    match = _CLOCK.fullmatch(text) if text else None
    if match is None:
        return None
    marks = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return match[1] if tag != "div" or _TIME_CLASS.search(marks) else None


def _start_of(node: "LexborNode") -> str | None:
    """The start that a block of an interactive transcript carries, as a clock time."""
    value = (
        node.attributes.get("data-start")
        or node.attributes.get("data-time")
        or node.attributes.get("data-timestamp")
    )
    if not value or len(value) > 16:
        return None
    if re.fullmatch(r"\d{1,3}:\d{2}(?::\d{2})?(?:\.\d+)?", value):
        return value
    if not re.fullmatch(r"\d{1,6}(?:\.\d+)?", value):
        return None
    seconds = float(value)
    return f"{int(seconds // 3600):02d}:{int(seconds // 60) % 60:02d}:{seconds % 60:06.3f}"
