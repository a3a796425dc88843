"""Charts as inline SVG: plain functions of their data, the same bytes for the same data.

Colours are classes that the page's style sheet fills, so that they follow light, dark and print. Every text
from outside is escaped. Widths are user units; the page scales the whole.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

_TICKS = 4
_GAP = 0.22
_LABEL = 7.3  # the width of a letter, at most, on a phone
_SECONDS = (
    *(
        (0.001, "1 ms"),
        (0.01, "10 ms"),
        (0.1, "0.1 s"),
        (1.0, "1 s"),
        (10.0, "10 s"),
        (60.0, "1 min"),
        (600.0, "10 min"),
    ),
    *((3600.0, "1 h"), (36000.0, "10 h"), (360000.0, "100 h")),
)


class Column(NamedTuple):
    """A column of parts, from the bottom: (class, value); `label` stands below, `title` tells all of it."""

    label: str
    parts: Sequence[tuple[str, float]]
    title: str

    @property
    def total(self) -> float:
        """The height of the column, in the unit of its values."""
        return sum(value for _, value in self.parts)


class Row(NamedTuple):
    """A horizontal bar of parts, each (class, value, what it tells); `note` stands at its right."""

    label: str
    note: str
    parts: Sequence[tuple[str, float, str]]


class Spread(NamedTuple):
    """A distribution: its percentiles 10, 25, 50, 75 and 90 in seconds; `note` stands at its right."""

    label: str
    note: str
    percentiles: tuple[float, float, float, float, float]


class Ratio(NamedTuple):
    """How many times as long as foretold something took; `good` when that was within what was foretold."""

    label: str
    note: str
    ratio: float
    good: bool


def columns(title: str, data: Sequence[Column], *, unit: str, width: int = 360, height: int = 190) -> str:
    """Stacked columns over an axis of counts, with as many labels below as there is room for."""
    left, right, top, bottom = 38.0, 6.0, 28.0, 24.0
    ticks = count_ticks(max((column.total for column in data), default=0.0))
    scale = (height - top - bottom) / ticks[-1]
    base = height - bottom
    parts = [f'<text class="unit" x="0" y="12">{escape(unit)}</text>']
    for tick in ticks:
        y = _n(base - tick * scale)
        kind = "axis" if tick == 0 else "grid"
        parts.append(f'<line class="{kind}" x1="{_n(left)}" x2="{_n(width - right)}" y1="{y}" y2="{y}"/>')
        parts.append(
            f'<text class="tick" x="{_n(left - 5)}" y="{y}" dy=".35em" text-anchor="end">{tick:,}</text>'
        )
    step = (width - left - right) / max(1, len(data))
    longest = max((len(column.label) for column in data), default=1)
    every = max(1, ceil((longest * _LABEL + 8) / step))
    for number, column in enumerate(data):
        x = left + number * step
        parts.append(_column(column, x + step * _GAP / 2, step * (1 - _GAP), base, scale))
        if number % every == 0:
            parts.append(
                f'<text class="tick" x="{_n(x + step / 2)}" y="{_n(base + 15)}" text-anchor="middle">'
                f"{escape(column.label)}</text>"
            )
    return _svg(title, width, height, parts)


def bars(title: str, data: Sequence[Row], *, total: float | None = None, width: int = 360) -> str:
    """Horizontal bars, each below its label. They share the scale of `total`; None: each fills its width."""
    parts: list[str] = []
    for number, row in enumerate(data):
        y = number * 34.0
        whole = total if total is not None else sum(value for _, value, _ in row.parts)
        parts.append(_row_head(row.label, row.note, y, width))
        parts.append(f'<rect class="track" x="0" y="{_n(y + 17)}" width="{width}" height="10" rx="3"/>')
        x = 0.0
        for kind, value, told in row.parts:
            wide = width * value / whole if whole else 0.0
            if wide > 0:
                parts.append(
                    f'<rect class="{kind}" x="{_n(x)}" y="{_n(y + 17)}" width="{_n(max(wide, 1.0))}" '
                    f'height="10" rx="{3 if wide > 6 else 0}"><title>{escape(told)}</title></rect>'
                )
            x += wide
    return _svg(title, width, max(1, len(data) * 34), parts)


def strip(title: str, parts: Sequence[tuple[str, float, str]]) -> str:
    """One bar of parts, each (class, value, what it tells), which the page stretches to any size."""
    whole = sum(value for _, value, _ in parts) or 1.0
    drawn: list[str] = []
    x = 0.0
    for kind, value, told in parts:
        wide = 1000 * value / whole
        if wide > 0:
            drawn.append(
                f'<rect class="{kind}" x="{_n(x)}" y="0" width="{_n(wide)}" height="10">'
                f"<title>{escape(told)}</title></rect>"
            )
        x += wide
    return _svg(title, 1000, 10, drawn, stretched=True)


def spreads(title: str, data: Sequence[Spread], *, width: int = 360) -> str:
    """Distributions of seconds on a logarithmic axis: a line from 10 to 90 %, a box from 25 to 75 %, the
    median as a stroke.
    """
    low, high = _decades([max(p, 0.001) for spread in data for p in spread.percentiles])
    height = len(data) * 36 + 22

    def at(seconds: float) -> float:
        share = (log10(max(seconds, 0.001)) - log10(low)) / (log10(high) - log10(low))
        return 4 + (width - 8) * min(1.0, max(0.0, share))

    parts: list[str] = []
    taken = -100.0
    for seconds, label in _SECONDS:
        if not low <= seconds <= high * 1.001:
            continue
        x = at(seconds)
        parts.append(f'<line class="grid" x1="{_n(x)}" x2="{_n(x)}" y1="16" y2="{height - 18}"/>')
        half = len(label) * _LABEL / 2
        middle = min(max(x, half), width - half)
        if middle - half > taken:
            parts.append(
                f'<text class="tick" x="{_n(middle)}" y="{height - 5}" text-anchor="middle">{label}</text>'
            )
            taken = middle + half + 4
    for number, spread in enumerate(data):
        parts.append(_spread(spread, number * 36.0, width, at))
    return _svg(title, width, height, parts)


def ratios(title: str, data: Sequence[Ratio], *, width: int = 360) -> str:
    """How far real times were from foretold ones: a dot for each, on an axis from a quarter to four times."""
    height = len(data) * 34 + 22
    parts: list[str] = []
    for value, label, anchor in (
        *((0.25, "¼ of it", "start"), (0.5, "½", "middle"), (1.0, "as foretold", "middle")),
        *((2.0, "2 ×", "middle"), (4.0, "4 ×", "end")),
    ):
        at, kind = _n(_ratio_at(value, width)), "axis" if value == 1 else "grid"
        parts.append(f'<line class="{kind}" x1="{at}" x2="{at}" y1="14" y2="{height - 18}"/>')
        parts.append(f'<text class="tick" x="{at}" y="{height - 5}" text-anchor="{anchor}">{label}</text>')
    for number, one in enumerate(data):
        y = number * 34.0
        kind = "complete" if one.good else "resting"
        x, middle = _ratio_at(one.ratio, width), _ratio_at(1.0, width)
        parts.append(_row_head(one.label, one.note, y, width))
        parts.append(
            f'<line class="{kind} stem" x1="{_n(middle)}" x2="{_n(x)}" y1="{_n(y + 22)}" y2="{_n(y + 22)}"/>'
            f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y + 22)}" r="5">'
            f"<title>{escape(f'{one.label}: {one.note}')}</title></circle>"
        )
    return _svg(title, width, height, parts)


def count_ticks(most: float) -> list[int]:
    """Round numbers from 0 to at least `most`, about five of them."""
    step = max(1.0, most / _TICKS)
    size = 10.0 ** floor(log10(step))
    step = next(round(size * factor) for factor in (1, 2, 5, 10) if size * factor >= step - 1e-9)
    return [number * step for number in range(max(1, ceil(most / step)) + 1)]


def _column(column: Column, x: float, width: float, base: float, scale: float) -> str:
    drawn: list[str] = []
    y = base
    for kind, value in column.parts:
        tall = value * scale
        if tall > 0:
            y -= tall
            drawn.append(
                f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(tall)}"/>'
            )
    return f"<g><title>{escape(column.title)}</title>{''.join(drawn)}</g>" if drawn else ""


def _spread(spread: Spread, y: float, width: int, at: Callable[[float], float]) -> str:
    p10, p25, p50, p75, p90 = (at(value) for value in spread.percentiles)
    middle = _n(y + 25)
    return (
        f"<g><title>{escape(f'{spread.label}: {spread.note}')}</title>"
        + _row_head(spread.label, spread.note, y, width)
        + f'<line class="whisker" x1="{_n(p10)}" x2="{_n(p90)}" y1="{middle}" y2="{middle}"/>'
        f'<rect class="box" x="{_n(p25)}" y="{_n(y + 19)}" width="{_n(max(p75 - p25, 1.5))}" height="12" '
        f'rx="2"/><line class="median" x1="{_n(p50)}" x2="{_n(p50)}" y1="{_n(y + 17)}" y2="{_n(y + 33)}"/>'
        "</g>"
    )


def _row_head(label: str, note: str, y: float, width: int) -> str:
    room = int((width - len(note) * _LABEL) / _LABEL) - 2
    shown = label if len(label) <= room else label[: max(1, room - 1)] + "…"
    return (
        f'<text class="label" x="0" y="{_n(y + 12)}">{escape(shown)}</text>'
        f'<text class="note" x="{width}" y="{_n(y + 12)}" text-anchor="end">{escape(note)}</text>'
    )


def _ratio_at(ratio: float, width: int) -> float:
    share = (log10(min(4.0, max(0.25, ratio))) - log10(0.25)) / (log10(4.0) - log10(0.25))
    return 6 + (width - 12) * share


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """The marks of the axis of seconds between which all values lie."""
    marks = [seconds for seconds, _ in _SECONDS]
    least, most = min(values, default=1.0), max(values, default=1.0)
    low = max((mark for mark in marks if mark <= least), default=marks[0])
    high = min((mark for mark in marks if mark >= most), default=marks[-1])
    return (low, high) if low < high else (low, low * 10)


def _svg(title: str, width: int, height: int, parts: Iterable[str], *, stretched: bool = False) -> str:
    """`title` is what a screen reader says of the whole."""
    aspect = ' preserveAspectRatio="none"' if stretched else ""
    return (
        f'<svg viewBox="0 0 {width} {height}"{aspect} role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
