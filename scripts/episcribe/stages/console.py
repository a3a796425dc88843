"""What Snakemake prints, kept to what a person can read."""

import logging

_LONGEST_REASON = 240
_NOTHING = "Nothing to be done"


class Console(logging.Filter):
    """A log filter that cuts the reasons of jobs, which name every file of the library for the target `all`.

    `nothing_to_be_done` is True once Snakemake has said so; it calls no hook then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.nothing_to_be_done = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, shortened."""
        reason = getattr(record, "reason", None)
        if isinstance(reason, str) and len(reason) > _LONGEST_REASON:
            record.reason = f"{reason[:_LONGEST_REASON].rsplit(',', 1)[0]}, …"
        if isinstance(record.msg, str) and record.msg.startswith(_NOTHING):
            self.nothing_to_be_done = True
        return True
