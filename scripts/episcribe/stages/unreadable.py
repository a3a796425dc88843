"""Fail for a show that could not be read, so that a run which missed it does not pass for a whole one."""

import sys
from pathlib import Path

from episcribe.library.files import write_atomically
from episcribe.library.layout import DISCOVERY
from episcribe.library.refresh import read_discovery


def main() -> int:
    """`SHOW TARGET LOG`: TARGET is `<library>/log/unreadable/<show>`, which is never made."""
    show, target, log = sys.argv[1:]
    record = read_discovery(Path(target).parents[2] / DISCOVERY)["shows"].get(show, {})
    error = record.get("error") or {
        "message": "it is not among the shows that were read",
        "kind": "permanent",
    }
    line = f"{show}: not read ({error['kind']}): {error['message']}; source: {record.get('source')}"
    print(line, file=sys.stderr)
    write_atomically(Path(log), line + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
