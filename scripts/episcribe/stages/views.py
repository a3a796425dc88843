"""Bring the views of the library up to date at the end of a run."""

import subprocess
import sys
from pathlib import Path

from episcribe.ledger.views.updating import update_views
from episcribe.library.errors import EpiscribeError, FailureKind, plainly

_MANY = 400


def bring_views_up_to_date(library: Path, cores: int) -> None:
    """Read what has changed; where that is much, on all `cores`, in a process of its own: it forks, which one
    with the threads of Snakemake should not do. Raises EpiscribeError and OSError.
    """
    if not update_views(library, at_most=_MANY if cores > 1 else None).behind:
        return
    command = [sys.executable, "-P", "-m", __name__, str(library), str(cores)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        why = done.stderr.strip().rpartition("\n")[2] or f"ended with {done.returncode}"
        raise EpiscribeError(why, FailureKind.TRANSIENT)


def main() -> int:
    """`LIBRARY PROCESSES`: bring the views up to date."""
    library, processes = sys.argv[1:]
    try:
        update_views(Path(library), processes=int(processes))
    except (EpiscribeError, OSError) as error:
        print(plainly(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
