"""Tables for a terminal: aligned columns, and lines that are no longer than it is wide."""

import shutil
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence

_GAP = "  "
_NARROWEST = 12
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
    """The lines of a table; the columns `right` are aligned to the right, the last one is cut at `width`."""
    cells = [[printable(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
    if not cells:
        return
    widths = [max(text_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    if width is not None:
        before = len(indent) + sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(width - before, _NARROWEST))
    for row in cells:
        fitted = [
            cut(cell, widths[-1]) if column == len(row) - 1 else cell for column, cell in enumerate(row)
        ]
        padded = [
            _pad(cell, widths[column], to_the_right=column in right) for column, cell in enumerate(fitted)
        ]
        yield f"{indent}{_GAP.join(padded)}".rstrip()


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
    clean = (" " if char in "\t\n\r" else char for char in text)
    return "".join(char for char in clean if unicodedata.category(char) not in _UNPRINTABLE)


def text_width(text: str) -> int:
    """The columns that a text takes: two for wide letters, none for marks."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _pad(text: str, width: int, *, to_the_right: bool) -> str:
    filling = " " * (width - text_width(text))
    return filling + text if to_the_right else text + filling
