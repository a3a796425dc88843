"""Feeds served from loopback and read through the whole of discovery: items present against episodes found.

`python -m benchmarks.feeds FOLDER…` from the root of the project; the folders hold feeds (*.xml, *.rss).
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.common import SNAKEMAKE
from tests.loopback import LoopbackServer

_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_TRANSCRIPT = re.compile(rb"<podcast:transcript[\s>]")


def main() -> None:
    files = sorted(file for folder in sys.argv[1:] for file in Path(folder).iterdir() if file.is_file())
    with tempfile.TemporaryDirectory() as name, LoopbackServer() as server:
        folder = Path(name)
        shows = []
        for number, file in enumerate(files):
            url = server.add(f"/{number}.xml", file.read_bytes(), content_type="application/rss+xml")
            shows.append({"id": f"feed{number}", "subject": "x", "feed": url})
        configuration = {"shows": shows, "network": {"allow_private": True}}
        (folder / "config.yaml").write_text(json.dumps(configuration))
        done = subprocess.run(
            [*SNAKEMAKE, "--configfile", "config.yaml", "--directory", name, "--cores", "2", "discover"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stderr)
        entries = [json.loads(line) for line in (folder / "processed/catalog.jsonl").read_text().splitlines()]
    print(f"{'feed':55} {'items':>6} {'found':>6} {'tags':>6} {'read':>6}")
    for number, file in enumerate(files):
        data = file.read_bytes()
        own = [entry for entry in entries if entry["show"] == f"feed{number}"]
        tags = sum(len(entry.get("transcripts", ())) for entry in own)
        counts = (len(_ITEM.findall(data)), len(own), len(_TRANSCRIPT.findall(data)), tags)
        print(f"{file.name:55} " + " ".join(f"{count:6}" for count in counts))


if __name__ == "__main__":
    main()
