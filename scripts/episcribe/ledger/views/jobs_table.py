"""Jobs as lines of a table: `processing_log.csv` (RFC 4180), a column for each timing, lists joined by
semicolons.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from episcribe.ledger.views.jobs import TIMINGS

# A spreadsheet takes what begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Job = Mapping[str, Any]


def jobs_table(jobs: Sequence[Job]) -> str:
    """The jobs as a table; empty where there is none."""
    return header_line(jobs[0]) + "".join(map(job_line, jobs)) if jobs else ""


def header_line(job: Job) -> str:
    """The names of the columns; every job has the same."""
    return _line(_flat(job))


def job_line(job: Job) -> str:
    """The line of a job."""
    return _line(_flat(job).values())


def _line(cells: Iterable[object]) -> str:
    output = io.StringIO()
    csv.writer(output, lineterminator="\r\n").writerow(cells)
    return output.getvalue()


def _flat(job: Job) -> dict[str, object]:
    row: dict[str, object] = {}
    for key, value in job.items():
        if key == "timings":
            row.update((name, value.get(name)) for name in TIMINGS)
        elif isinstance(value, list):
            row[key] = _cell("; ".join(map(str, value)))
        elif isinstance(value, dict):
            row[key] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, bool):
            row[key] = str(value).lower()
        else:
            row[key] = _cell(value) if isinstance(value, str) else value
    return row


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
