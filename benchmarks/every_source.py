"""A library built from every kind of source in one run, and how each episode came by its transcript.

`python -m benchmarks.every_source [RECORDING]`: all sites are played on this machine. With a recording of
speech (and the extra `speech`, the group `models`) the episodes that are recordings alone are transcribed.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.fake_web import FakeWeb
from tests.workflow.library import Library
from tests.workflow.world import World, tone

_COLUMNS = ("episode", "module", "outcome", "seconds", "why, or what was found")


def rows(library: Library) -> Iterator[tuple[str, ...]]:
    """A row for each module of each episode that was asked."""
    for folder in library.episodes():
        state = folder / "state.yaml"
        name = f"{folder.parent.name}/{folder.name[:-9]}"
        if not state.exists():
            yield name, "", "no way", "", ""
            continue
        for module in yaml.safe_load(state.read_text()).get("modules", ()):
            if module.get("outcome"):
                told = module["error_message"] or (module["result_data"] or {}).get("url") or ""
                seconds = f"{module['seconds']:.2f}"
                yield name, module["module_name"], module["outcome"], seconds, str(told)[:70]


def main() -> None:
    """Build the library and print the table."""
    recording = Path(sys.argv[1]).read_bytes() if sys.argv[1:] else tone()
    with tempfile.TemporaryDirectory() as folder, FakeWeb() as web:
        world = World(web, Path(folder), recording)
        world.play()
        library = Library(Path(folder), variables={"SSL_CERT_FILE": web.ca_file})
        library.configure(*world.shows(), network=world.network(), defaults={"speech": {"model": "tiny.en"}})
        begun = time.perf_counter()
        done = library.run(check=False)
        elapsed = time.perf_counter() - begun
        table = [_COLUMNS, *rows(library)]
        widths = [max(len(row[column]) for row in table) for column in range(len(_COLUMNS))]
        for row in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        print(f"\n{elapsed:.1f} s; {[line for line in done.stderr.splitlines() if 'Episcribe:' in line][-1]}")
        print(
            *(line for line in done.stderr.splitlines() if line.startswith(("Failed", "Not read"))), sep="\n"
        )


if __name__ == "__main__":
    main()
