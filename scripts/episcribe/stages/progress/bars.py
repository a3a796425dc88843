"""A run drawn for a terminal: a bar for each stage, a line for each worker, a line for the whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from episcribe.stages.progress.tracker import Bar, View, Worker
from episcribe.stages.progress.wording import clock, outlook, totals

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_SHORTEST_BAR = 8
_LONGEST_BAR = 60


def draw(view: View, console: "Console", width: int, height: int) -> list[str]:
    """The lines of a run for a terminal of so many cells; fewer than `height`, none as wide as `width`."""
    last = _whole(view)
    bars = list(_bars(view.bars, console, width))[: max(0, height - 2)]
    room = max(0, height - 2 - len(bars))
    lines = [*bars, *_workers(view.workers, room), last]
    with console.capture() as drawn:
        for line in lines:
            line.truncate(width - 1, overflow="ellipsis")
            console.print(line, soft_wrap=True, highlight=False)
    return drawn.get().splitlines()


def _bars(bars: tuple[Bar, ...], console: "Console", width: int) -> Iterator["Text"]:
    from rich.text import Text

    names = max((len(bar.name) for bar in bars), default=0)
    digits = max((len(str(bar.total)) for bar in bars), default=0)
    counts = 2 * digits + 1
    failed = max((len(_failed(bar)) for bar in bars), default=0)
    length = max(_SHORTEST_BAR, min(_LONGEST_BAR, width - names - counts - failed - 3))
    for bar in bars:
        share = bar.done / bar.total if bar.total else 1.0
        yield Text.assemble(
            f"{bar.name:<{names}} ",
            *_strip(share, length, console),
            f" {bar.done:>{digits}}/{bar.total:<{digits}}",
            (_failed(bar), "red"),
        )


def _failed(bar: Bar) -> str:
    return f" {bar.failed} failed" if bar.failed else ""


def _strip(share: float, length: int, console: "Console") -> list[tuple[str, str]]:
    """A bar of `length` cells, of which `share` is full; without colours the rest is left blank."""
    full, half, rest = ("#", "", "-") if console.options.ascii_only else ("━", "╸", "━")
    halves = int(share * length * 2)
    filled = full * (halves // 2) + (half if halves % 2 and half else "")
    if console.color_system is None or console.no_color:
        rest = " " if half else rest
    return [(filled, "green"), (rest * (length - len(filled)), "bright_black")]


def _workers(workers: tuple[Worker, ...], room: int) -> Iterator["Text"]:
    from rich.text import Text

    shown = workers if len(workers) <= room else workers[: max(0, room - 1)]
    width = max((len(_doing(worker)) for worker in shown), default=0)
    for worker in shown:
        yield Text.assemble(
            (f"{clock(worker.seconds):>7} ", "bright_black"),
            (f"{_doing(worker):<{width}}", "cyan"),
            f" {worker.job}",
        )
    if room and len(workers) > len(shown):
        yield Text(f"        … and {len(workers) - len(shown)} more at work", style="bright_black")


def _doing(worker: Worker) -> str:
    return worker.doing if worker.share is None else f"{worker.doing} {worker.share:.0%}"


def _whole(view: View) -> "Text":
    from rich.text import Text

    told = [clock(view.elapsed), totals(view), outlook(view)]
    return Text(" · ".join(part for part in told if part), style="bold")
