"""Fail for a show that could not be read, so that a run which missed it does not pass for a whole one."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import read_discovery
from episcribe.stages.failures import clock
from episcribe.stages.progress.telling import say_and_log


def not_read_line(show: str, record: Mapping[str, Any]) -> str:
    """Why a show was not read, in one line, from its record in `discovery.json`."""
    error = record.get("error") or {"message": "it is not among those that were read", "kind": "permanent"}
    rest = f"; rests until {clock(error['until'], time.time())}" if error.get("until") else ""
    return f"{show}: {error['message']} ({error['kind']}{rest}); source: {record.get('source')}"


def main() -> int:
    """`SHOW TARGET LOG`: TARGET is `<library>/log/unreadable/<show>`, which is never made."""
    show, target, log = sys.argv[1:]
    record = read_discovery(Path(target).parents[2] / DISCOVERY)["shows"].get(show, {})
    line = not_read_line(show, record)
    say_and_log(line, Path(log))
    return 1


if __name__ == "__main__":
    sys.exit(main())
