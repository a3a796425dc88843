"""Numbers as a person reads them."""

from episcribe.stages.progress.tracker import View


def clock(seconds: float) -> str:
    """`0:07`, `12:34`, `1:02:03`."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def roughly(seconds: float) -> str:
    """A time to come, no more exact than it is known: `20 s`, `4 min`, `2 h 10 min`, `3 days`."""
    if seconds < 55:
        return f"{max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(round(minutes / 5) * 5, 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    return f"{round(minutes / 1440)} days"


def frequency(rate: float) -> str:
    """Jobs in a second, a minute or an hour, whichever makes a number above one: `3.1/s`."""
    for seconds, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if rate * seconds >= 1 or unit == "h":
            count = rate * seconds
            return f"{count:.0f}/{unit}" if count >= 10 else f"{count:.1f}/{unit}"
    raise AssertionError("the loop returns")


def totals(view: View) -> str:
    """The whole run in a phrase: `118 of 240 jobs, 1 failed`."""
    failed = f", {view.failed} failed" if view.failed else ""
    return f"{view.done} of {view.total} jobs{failed}"


def outlook(view: View) -> str:
    """How fast it goes and how long it takes yet, as far as that is known; else nothing."""
    told = [frequency(view.rate)] if view.rate > 0 else []
    if view.open and view.left is not None:
        told.append(f"about {roughly(view.left)} left")
    return ", ".join(told)
