"""A reader of feeds' XML that gives up on nothing.

What is well-formed is read as XML 1.0 with namespaces says; what is not (unclosed tags, bare ampersands,
stray quotation marks, unfinished files) as its author meant it. Declared entities are never expanded and no
document type is followed, so neither entity bombs nor references to other files can do anything. Time and
memory are linear in the length of the input: elements are offsets into it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from episcribe.sources.decoding import decode_text
from episcribe.sources.links import joined_base
from episcribe.sources.namespaces import Scope
from episcribe.sources.vocabulary import (
    CLOSES_LEAF,
    CONTAINERS,
    INLINE_HTML,
    ITEMS,
    LEAVES,
    RICH,
    ROOTS,
    VOID_HTML,
    closes_rich,
)
from episcribe.sources.xml_text import CONTROL_CHARACTERS, content_text, resolve_references

_DEEPEST = 64
_MOST_CHILDREN = 20_000
_MOST_REPAIRS = 2_000

_START = re.compile(rb"""<([A-Za-z_:\x80-\xff][\w.\-:\x80-\xff]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
_START_WITH_BRACKETS = re.compile(
    rb"""<([A-Za-z_:\x80-\xff][\w.\-:\x80-\xff]*+)((?:[^<>"']++|"[^"]{0,4000}+"|'[^']{0,4000}+')*+)>"""
)
_START_NAME = re.compile(rb"<([A-Za-z_:\x80-\xff][\w.\-:\x80-\xff]*+)(?=[\s/>])")
_END = re.compile(rb"</\s*([A-Za-z_:\x80-\xff][\w.\-:\x80-\xff]*+)[^<>]*+>?")
_ATTRIBUTE = re.compile(rb"""([^\s=<>"'/]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s<>"']++)""")


@dataclass(slots=True, eq=False)
class Element:
    """An element by its place in the input: `start` and `end` enclose its content.

    `name` is the short namespaced name in lower case (`podcast:transcript`, `title`). `base` is the xml:base
    that holds for it. `whole` is False where the input ended before the element did.
    """

    name: str
    attributes: dict[str, str]
    start: int
    end: int = -1
    base: str | None = None
    children: list["Element"] = field(default_factory=list)
    whole: bool = True
    scope: Scope = field(default_factory=Scope, repr=False)

    def get(self, *names: str) -> str | None:
        """The first of these attributes that is there and not empty, without white space at its ends."""
        for name in names:
            value = self.attributes.get(name, "").strip()
            if value:
                return value
        return None

    def all(self, *names: str) -> list["Element"]:
        """The children with one of these names, in their order; those that were cut off are left out."""
        return [child for child in self.children if child.name in names and child.whole]

    def first(self, *names: str) -> "Element | None":
        """The first such child, in the order of the names."""
        for name in names:
            for child in self.children:
                if child.name == name and child.whole:
                    return child
        return None


@dataclass(slots=True)
class Document:
    """What stands outside the items: `root` is the feed's own element, else the first one; `openings`
    counts the start tags of items, `repairs` what was not well-formed; `entities_refused` says that
    entities were declared.
    """

    data: bytes
    root: Element | None = None
    openings: int = 0
    repairs: int = 0
    entities_refused: bool = False
    finished: bool = True

    def text(self, element: Element | None) -> str:
        """What an element says: its text, or the HTML in it, whether that was escaped, in CDATA or raw."""
        if element is None:
            return ""
        return content_text(self.data[element.start : element.end], raw_markup=bool(element.children))


def read_document(data: bytes, on_item: Callable[[Document, Element], None]) -> Document:
    """Read UTF-8 `data`; `on_item` is called for each item or entry when it ends, and owns it.

    Returns the document, whose tree holds everything but the items.
    """
    return _Reader(data, on_item).read()


class _Reader:
    """One pass over the input with a stack of open elements."""

    def __init__(self, data: bytes, on_item: Callable[[Document, Element], None]) -> None:
        self._data = data
        self._on_item = on_item
        self._document = Document(data)
        self._stack: list[Element] = []
        self._item: Element | None = None
        self._outside = 0
        self._inside = 0
        self._last_cdata_end = data.rfind(b"]]>")
        self._last_comment_end = data.rfind(b"-->")
        self._last_instruction_end = data.rfind(b"?>")

    def read(self) -> Document:
        data, position = self._data, 0
        while (position := data.find(b"<", position)) >= 0:
            follower = data[position + 1 : position + 2]
            if follower == b"/":
                position = self._end_tag(position)
            elif follower == b"!":
                position = self._declaration(position)
            elif follower == b"?":
                position = (
                    data.find(b"?>", position) + 2 if position < self._last_instruction_end else position + 2
                )
            else:
                position = self._start_tag(position)
        self._document.finished = not self._stack
        while self._stack:
            name = self._stack[-1].name
            self._close_top(len(data), whole=name in CONTAINERS and name not in ITEMS, implicit=True)
        return self._document

    def _start_tag(self, position: int) -> int:
        match = _START.match(self._data, position)
        if match is not None:
            raw_name, attributes, stop = match.group(1), match.group(2), match.end()
        else:
            repaired = self._repaired_start(position)
            if repaired is None:
                return position + 1
            raw_name, attributes, stop = repaired
        self._open(raw_name, attributes, position, stop)
        return stop

    def _repaired_start(self, position: int) -> tuple[bytes, bytes, int] | None:
        """A start tag whose quotation marks or closing bracket are wrong: name, attributes, where it ends."""
        data = self._data
        name = _START_NAME.match(data, position)
        if name is None or self._document.repairs >= _MOST_REPAIRS:
            return None
        self._document.repairs += 1
        bracket = data.find(b">", name.end())
        following = data.find(b"<", name.end())
        if bracket >= 0 and (following < 0 or bracket < following):
            return name.group(1), data[name.end() : bracket], bracket + 1
        loose = _START_WITH_BRACKETS.match(data, position)
        if loose is not None:
            return loose.group(1), loose.group(2), loose.end()
        attributes = data[name.end() : following] if following >= 0 else b""
        if b"=" in attributes and len(attributes) < 4000:
            return name.group(1), attributes, following
        return None

    def _open(self, raw_name: bytes, raw_attributes: bytes, position: int, stop: int) -> None:
        stack = self._stack
        scope = stack[-1].scope if stack else Scope()
        base = stack[-1].base if stack else None
        attributes: dict[str, str] = {}
        if raw_attributes.strip(b" \t\r\n/"):
            attributes, scope = _attributes(raw_attributes, scope)
        name = scope.resolve(raw_name.decode("utf-8", "replace"))
        self._make_room(name, position)
        if "xml:base" in attributes:
            base = joined_base(base, attributes["xml:base"])
        element = Element(name, attributes, stop, base=base, scope=scope)
        if name in ITEMS:
            self._document.openings += 1
        self._attach(element)
        if raw_attributes.endswith(b"/") or (name in VOID_HTML and not attributes.keys() - {"class", "id"}):
            element.end = stop
            self._finish(element)
        elif len(stack) < _DEEPEST or name in ITEMS:
            stack.append(element)

    def _make_room(self, name: str, position: int) -> None:
        """End the elements that this start tag shows to have been left open."""
        stack = self._stack
        if not stack:
            return
        if name in ITEMS:
            if self._item is not None:
                self._close_through(self._item, position)
            while stack and (stack[-1].name in LEAVES or stack[-1].name in RICH):
                self._close_top(position, whole=True, implicit=True)
        elif stack[-1].name in LEAVES:
            if name in CLOSES_LEAF or closes_rich(name):
                self._close_top(position, whole=True, implicit=True)
        elif closes_rich(name):
            rich = next((element for element in reversed(stack) if element.name in RICH), None)
            if rich is not None:
                self._close_through(rich, position)

    def _attach(self, element: Element) -> None:
        stack = self._stack
        if element.name in ITEMS and self._item is None:
            self._item = element
            self._inside = 0
        elif stack:
            if self._item is None:
                self._outside += 1
            else:
                self._inside += 1
            if (self._outside if self._item is None else self._inside) <= _MOST_CHILDREN:
                stack[-1].children.append(element)
        root = self._document.root
        if root is None or (element.name in ROOTS and root.name not in ROOTS):
            self._document.root = element

    def _end_tag(self, position: int) -> int:
        match = _END.match(self._data, position)
        if match is None:
            return position + 2
        if self._stack:
            name = self._stack[-1].scope.resolve(match.group(1).decode("utf-8", "replace"))
            for element in reversed(self._stack):
                if element.name == name:
                    self._close_through(element, position, explicit=True)
                    break
            else:
                # A misspelt end tag: whatever it says, the text before it is all that the leaf was to hold.
                if self._stack[-1].name in LEAVES and name not in INLINE_HTML:
                    self._close_top(position, whole=True)
        return match.end()

    def _close_through(self, element: Element, position: int, *, explicit: bool = False) -> None:
        while self._stack[-1] is not element:
            self._close_top(position, whole=True, implicit=True)
        self._close_top(position, whole=True, implicit=not explicit)

    def _close_top(self, position: int, *, whole: bool, implicit: bool = False) -> None:
        element = self._stack.pop()
        element.end = position
        element.whole = whole
        if implicit or not whole:
            self._hoist(element)
        self._finish(element)

    def _hoist(self, element: Element) -> None:
        """What follows an element that was never closed became its content; it belongs beside it."""
        if element.children and self._stack and element.name not in CONTAINERS:
            self._stack[-1].children.extend(element.children)
            element.children = []

    def _finish(self, element: Element) -> None:
        if element is self._item:
            self._item = None
            self._on_item(self._document, element)

    def _declaration(self, position: int) -> int:
        data = self._data
        if data.startswith(b"<![CDATA[", position):
            return self._cdata(position)
        if data.startswith(b"<!--", position):
            stop = data.find(b"-->", position + 4) if position + 4 <= self._last_comment_end else -1
            # "--" cannot stand in a comment: another beginning before the end means that this one is open.
            if stop < 0 or data.find(b"<!--", position + 4, stop) >= 0:
                return position + 4
            return stop + 3
        if data[position : position + 9].upper() == b"<!DOCTYPE":
            return self._document_type(position)
        if data[position : position + 8].upper() == b"<!ENTITY":
            self._document.entities_refused = True
        stop = data.find(b">", position)
        return stop + 1 if stop >= 0 else len(data)

    def _document_type(self, position: int) -> int:
        """Step over a document type; one with an internal subset ends at `]>`."""
        data = self._data
        stop = data.find(b">", position)
        if stop < 0:
            return len(data)
        bracket = data.find(b"[", position, stop)
        if bracket < 0:
            return stop + 1
        end = _SUBSET_END.search(data, bracket)
        limit = end.end() if end else stop + 1
        if data.find(b"<!ENTITY", bracket, limit) >= 0:
            self._document.entities_refused = True
        return limit

    def _cdata(self, position: int) -> int:
        """Step over a CDATA section; one that was not closed ends where the element around it does."""
        data, inside = self._data, position + 9
        stop = data.find(b"]]>", inside) if inside <= self._last_cdata_end else -1
        another = data.find(b"<![CDATA[", inside, stop if stop >= 0 else inside)
        if stop >= 0 and another < 0:
            return stop + 3
        if not self._stack or not (self._stack[-1].name in LEAVES or self._stack[-1].name in RICH):
            return inside
        if self._stack and self._document.repairs < _MOST_REPAIRS:
            self._document.repairs += 1
            closing = self._own_end_tag(inside, stop if stop >= 0 else len(data))
            if closing >= 0:
                return closing
        return stop + 3 if stop >= 0 else len(data)

    def _own_end_tag(self, start: int, stop: int) -> int:
        scope, name = self._stack[-1].scope, self._stack[-1].name
        for match in _END.finditer(self._data, start, stop):
            if scope.resolve(match.group(1).decode("utf-8", "replace")) == name:
                return match.start()
        return -1


_SUBSET_END = re.compile(rb"\]\s*>")


def _attributes(raw: bytes, scope: Scope) -> tuple[dict[str, str], Scope]:
    values: dict[str, str] = {}
    declared: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        name = match.group(1).decode("utf-8", "replace").lower()
        value = resolve_references(decode_text(match.group(2).translate(None, CONTROL_CHARACTERS))).strip(
            "\"'“”„″"
        )
        if name == "xmlns" or name.startswith("xmlns:"):
            declared[name[6:]] = value
        elif len(values) < 100:
            values.setdefault(name, value)
    return values, scope.extended(declared) if declared else scope
