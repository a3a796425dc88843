"""Write the reports; and what is told at the beginning and at the end of a run."""

import gc
import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.errors import EpiscribeError, plainly
from episcribe.library.files import write_atomically

if TYPE_CHECKING:
    from episcribe.ledger.forecast import Estimate
    from episcribe.ledger.reports.model import Facts
    from episcribe.library.config import Configuration

Asked = Mapping[str, bool]


def foretell_run(
    library: Path, configuration: "Configuration", run: str, now: float, asked: Asked | None = None
) -> "Estimate":
    """Set down how long the remaining work is expected to take, before a run begins on it. `asked` is what
    the configuration asks for, as `load_facts` takes it, where that is known already.
    """
    from episcribe.ledger.reports.loading import load_remaining
    from episcribe.ledger.reports.predictions import record_prediction

    with _uncollected():
        facts = load_remaining(library, now, asked or _asked_for(library, configuration))
        return record_prediction(library, facts, run, now)


def report_on_run(
    library: Path, configuration: "Configuration", run: str, now: float, asked: Asked | None = None
) -> list[str]:
    """Write the reports after `run`, send alerts, stream events; a line for each thing that did not go well.

    The library's views are taken as they are: bring them up to date before. Never raises because of a file, a
    target or the network.
    """
    from episcribe.ledger.alerts.sending import send_alerts
    from episcribe.ledger.alerts.streaming import stream_events
    from episcribe.ledger.reports.writing import write_reports

    problems: list[str] = []
    monitoring = configuration.state_management.monitoring
    with _uncollected():
        facts = load(library, configuration, now, asked)
        try:
            write_reports(library, configuration, facts, now)
        except OSError as error:
            problems.append(f"No reports: {plainly(error)}")
    problems += send_alerts(library, monitoring, facts, run, now)
    if monitoring.stream is not None:
        problems += stream_events(library, monitoring.stream, [episode.name for episode in facts.episodes])
    return problems


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector, which would look in vain for garbage among hundreds of thousands of facts."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def load(library: Path, configuration: "Configuration", now: float, asked: Asked | None = None) -> "Facts":
    """The facts of what the configuration asks for, with the titles that it gives its shows."""
    from episcribe.ledger.reports.loading import load_facts

    titles = {show.id: show.title for show in configuration.shows if show.title}
    return load_facts(library, now, titles, asked or _asked_for(library, configuration))


def _asked_for(library: Path, configuration: "Configuration") -> Asked | None:
    """What the configuration asks for; None where it is not that of the library."""
    from episcribe.stages.planning import Plan

    plan = Plan(configuration, sources=(), overrides={})
    if not configuration.shows or plan.library.resolve() != library.resolve():
        return None
    return plan.asked_for()


def report_now(library: Path, configuration: "Configuration", now: float) -> list[Path]:
    """Bring the library's views up to date, and write its reports; the files. Raises EpiscribeError and
    OSError.
    """
    from episcribe.ledger.reports.writing import write_reports
    from episcribe.ledger.views.updating import update_views

    update_views(library)
    return write_reports(library, configuration, load(library, configuration, now), now)


def main() -> int:
    """`REQUEST LOG`: the request is that of discovery; the log is in the `log` folder of the library."""
    from episcribe.library.config_files import load_configuration

    request, log = json.loads(sys.argv[1]), Path(sys.argv[2])
    library = log.parent.parent
    try:
        configuration = load_configuration([Path(file) for file in request["files"]], request["overrides"])
        written = report_now(library, configuration, time.time())
    except (EpiscribeError, OSError) as error:
        print(f"report: {plainly(error)}", file=sys.stderr)
        write_atomically(log, f"report: {plainly(error)}\n")
        return 1
    print(*written, sep="\n", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
