"""Folded answers for print: out of the way of the questions, in a key at the end.

On screen an answer hides in `<details>`; paper does not fold. These are pure functions on the Markdown; what
Markdown cannot say (a page of its own, a question that stays whole) is said by marks, which are lines of one
private-use character that the typesetter turns into its own commands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

KEY = "\ue0f1"
SPACE = "\ue0f2"
QUESTION = "\ue0f3"
ANSWER = "\ue0f4"
END = "\ue0f5"
"""The marks: the key, space to write in, a question or answer (its number follows), the end of either."""

_HEADING = "Answer key"
_OPEN = re.compile(r"\s*<details\b[^<>]*>\s*", re.IGNORECASE)
_CLOSE = re.compile(r"</details\s*>\s*$", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary\b[^<>]*>([^<>]*)</summary\s*>\s*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<bold>\*\*(?P<number>\d{1,4})[.)]\*\*\s+)|(?:#{1,6}\s+|\s*)(?P<plain>\d{1,4})[.)]\s"
)
_SECTION = re.compile(r"##?\s")
_CHOICE = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s")
_BLANK = re.compile(r"(?:\\?_){4}")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")


@dataclass(slots=True)
class _Page:
    """The page as far as it has been read: its lines, the key's, and the question at hand.

    `number` is that of the question, `named` says that it stood on the page, `begun` on which line.
    """

    lines: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    number: int = 0
    named: bool = False
    begun: int | None = None


def move_answers(markdown: str) -> str:
    """The page with every `<details>` block gone from its place into a numbered key behind the last question.

    A question begins with its number: `**7.** …` at the start of a paragraph, or as a heading or list item.
    The first kind is kept on one page and gets space to write in, unless it offers choices or has a blank to
    fill. An answer without a number before it is numbered on. A page without `<details>` comes back as it is.
    """
    page = _Page()
    for part in _parts(markdown):
        if isinstance(part, str):
            _read_line(page, part)
        else:
            _move(page, part)
    if not page.key:
        return markdown
    return "\n".join([*page.lines, "", KEY, "", f"## {_HEADING}", "", *page.key, ""])


def unfold(markdown: str) -> str:
    """The page with the content of every `<details>` block in its place, under the summary in bold."""
    lines: list[str] = []
    for part in _parts(markdown):
        if isinstance(part, str):
            lines.append(part)
        else:
            summary, content = _summary_and_content(part)
            lines.extend(["", *([f"**{summary}**", ""] if summary else []), *content, ""])
    return "\n".join(lines)


def _parts(markdown: str) -> Iterator[str | list[str]]:
    """Lines, and for each outermost `<details>` block its lines; one never closed ends with the page."""
    block: list[str] = []
    depth = 0
    fenced = False
    for line in markdown.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        opens = not fenced and _OPEN.match(line) is not None
        if not depth and not opens:
            yield line
            continue
        block.append(line)
        depth += opens
        if not fenced and _CLOSE.search(line):
            depth -= 1
        if depth == 0:
            yield block
            block = []
    if block:
        yield block


def _read_line(page: _Page, line: str) -> None:
    match = _NUMBER.match(line)
    if _SECTION.match(line):
        page.begun, page.named = None, False
    elif match and (match["bold"] or not page.named):
        page.number, page.named = int(match["number"] or match["plain"]), True
        page.begun = len(page.lines) if match["bold"] else None
    page.lines.append(line)


def _move(page: _Page, block: list[str]) -> None:
    _, content = _summary_and_content(block)
    if not page.named:
        page.number += 1
    if page.begun is not None:
        _enclose(page, page.begun)
    page.key.extend([f"{ANSWER}{page.number}", "", *content, "", END, ""])
    page.begun, page.named = None, False


def _enclose(page: _Page, begun: int) -> None:
    question = page.lines[begun:]
    first = _NUMBER.sub("", question[0], count=1)
    open_ended = not any(_CHOICE.match(line) or _BLANK.search(line) for line in question)
    page.lines[begun:] = [
        f"{QUESTION}{page.number}",
        "",
        first,
        *question[1:],
        "",
        *([SPACE, ""] if open_ended else []),
        END,
        "",
    ]


def _summary_and_content(block: list[str]) -> tuple[str, list[str]]:
    """The block's summary and its lines, without tags and without the indentation of a list around it."""
    indent = len(block[0]) - len(block[0].lstrip())
    lines = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in block]
    text = "\n".join(lines)
    summary = _SUMMARY.search(text)
    text = _OPEN.sub("", _SUMMARY.sub("", text))
    text = re.sub(r"</details\s*>\s*", "", text, flags=re.IGNORECASE).strip("\n")
    return (summary[1].strip() if summary else ""), text.split("\n")
