"""Tables for a terminal: aligned columns, and lines that are no longer than it is wide."""

import shutil
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence

_GAP = "  "
_NARROWEST = 12
_TAIL = 12
_UNPRINTABLE = ("Cc", "Cf", "Cs")


def width_of_terminal() -> int | None:
    """The columns of the terminal that standard output is, None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    rows: Sequence[Sequence[object]],
    header: Sequence[str] = (),
    *,
    right: Collection[int] = (),
    indent: str = "",
    width: int | None = None,
) -> Iterator[str]:
    """The lines of a table; the columns `right` are aligned to the right.

    Where it would be wider than `width`, its widest columns are cut: the last one at its end, others in the
    middle, because names of episodes end with their id.
    """
    cells = [[printable(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
    if not cells:
        return
    widths = [max(text_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    if width is not None:
        _narrow(widths, width - len(indent) - len(_GAP) * (len(widths) - 1))
    last = len(widths) - 1
    for row in cells:
        fitted = [
            cut(cell, widths[column]) if column == last else cut_inside(cell, widths[column])
            for column, cell in enumerate(row)
        ]
        padded = [
            _pad(cell, widths[column], to_the_right=column in right) for column, cell in enumerate(fitted)
        ]
        yield f"{indent}{_GAP.join(padded)}".rstrip()


def cut_inside(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis for what was taken out of its middle."""
    if text_width(text) <= width:
        return text
    tail = ""
    for char in reversed(text[-_TAIL:]):
        if text_width(char + tail) > width // 2:
            break
        tail = char + tail
    head = cut(text, width - text_width(tail))
    return head + tail


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis where it was cut."""
    if text_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if text_width(kept + char) >= width:
            break
        kept += char
    return f"{kept}…"


def printable(cell: object) -> str:
    """The text of a cell in one line, without what would command a terminal; "" for None."""
    text = "" if cell is None else str(cell)
    clean = (" " if char in "\t\n\r\u2028\u2029" else char for char in text)
    return "".join(char for char in clean if unicodedata.category(char) not in _UNPRINTABLE)


def text_width(text: str) -> int:
    """The columns that a text takes: two for wide letters, none for marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _narrow(widths: list[int], room: int) -> None:
    """Take from the widest columns until all fit into `room`, or none is wider than the narrowest."""
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = max(range(len(widths)), key=lambda column: (widths[column], column))
        others = max((size for column, size in enumerate(widths) if column != widest), default=0)
        least = max(_NARROWEST, min(others, widths[widest] - 1), widths[widest] - (sum(widths) - room))
        widths[widest] = least


def _pad(text: str, width: int, *, to_the_right: bool) -> str:
    filling = " " * (width - text_width(text))
    return filling + text if to_the_right else text + filling
