"""Read the sources that are due and bring the catalogue up to date."""

import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from episcribe.library.config import Configuration
from episcribe.library.config_files import load_configuration
from episcribe.library.errors import EpiscribeError, plainly
from episcribe.library.files import write_atomically
from episcribe.net.client import Client
from episcribe.sources.discovery import discover
from episcribe.sources.outcomes import Discovery
from episcribe.stages.network import net_settings
from episcribe.stages.progress.telling import say


def refresh(configuration: Configuration, library: Path, *, force: bool, processes: int = 1) -> Discovery:
    """Read the sources that are due, or all with `force`, in up to so many processes."""
    settings = net_settings(configuration.network.model_dump(), library)
    return discover(
        configuration,
        library=library,
        client_factory=lambda: Client(settings),
        now=time.time(),
        force=force,
        processes=processes,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """`STAMP REQUEST LOG PROCESSES`: REQUEST is JSON: the configuration's files, what overrides them,
    `force`.
    """
    stamp, request, log, processes = sys.argv[1:] if arguments is None else arguments
    # What is read is all kept: looking through it for garbage takes an eighth of the time.
    gc.set_threshold(200_000, 20, 20)
    given = json.loads(request)
    configuration = load_configuration([Path(file) for file in given["files"]], given["overrides"])
    library = Path(configuration.library).expanduser()
    try:
        discovery = refresh(configuration, library, force=given["force"], processes=int(processes))
        lines = [*(outcome.line for outcome in discovery.outcomes.values()), *discovery.warnings]
        say("\n".join(lines))
        write_atomically(Path(log), "".join(f"{line}\n" for line in lines))
        for old in Path(stamp).parent.glob("refresh-*"):
            old.unlink()
        write_atomically(Path(stamp), "")
    except (EpiscribeError, OSError) as error:
        say(f"discover: {plainly(error)}")
        # Snakemake shows the log after what was printed: the same line twice would look like two failures.
        Path(log).unlink(missing_ok=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
