"""Writing the reports of a library into its folder `reports`."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.ledger.metrics import metrics_text
from episcribe.ledger.reports.model import Facts
from episcribe.ledger.reports.outlook import outlook_on
from episcribe.ledger.reports.tables import episodes_csv, summary
from episcribe.library.files import write_if_changed

if TYPE_CHECKING:
    from episcribe.library.config import Configuration

REPORTS = "reports"


def write_reports(library: Path, configuration: "Configuration", facts: Facts, now: float) -> list[Path]:
    """Write the configured reports, those that have changed; all that there are, changed or not.

    `now` is in seconds since 1970; the day and the week are those of the configured time zone. Raises OSError
    where the folder cannot be written to.
    """
    settings = configuration.state_management.reporting
    folder = library / REPORTS
    outlook = outlook_on(library, facts)
    texts: dict[str, str] = {}
    if "json" in settings.report_format:
        content = summary(outlook, now)
        texts["summary.json"] = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    if "csv" in settings.report_format:
        texts["episodes.csv"] = episodes_csv(outlook, now)
    if "prom" in settings.report_format:
        texts["metrics.prom"] = metrics_text(outlook, str(library.resolve()))
    if "html" in settings.report_format:
        from episcribe.ledger.reports.page import daily_page, weekly_page

        today = datetime.fromtimestamp(now, configuration.zone).date()
        year, week, _ = today.isocalendar()
        if settings.generate_daily:
            texts[f"daily_report_{today}.html"] = daily_page(outlook, configuration.zone, today)
        if settings.generate_weekly:
            page = weekly_page(outlook, configuration.zone, today)
            texts[f"weekly_report_{year}-W{week:02d}.html"] = page
    for name, text in texts.items():
        write_if_changed(folder / name, text.encode("utf-8", "replace"))
    return [folder / name for name in texts]
