"""What Snakemake prints, kept to what a person can read."""

import logging

_LONGEST_REASON = 240


def shorten_reasons(record: logging.LogRecord) -> bool:
    """A log filter: cuts the reason of a job, which names every file of the library for the target `all`."""
    reason = getattr(record, "reason", None)
    if isinstance(reason, str) and len(reason) > _LONGEST_REASON:
        record.reason = f"{reason[:_LONGEST_REASON].rsplit(',', 1)[0]}, …"
    return True
