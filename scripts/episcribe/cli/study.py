"""`episcribe study`: the study track on single transcripts or a feed, without a configuration."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from glob import escape as escape_glob
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError
from episcribe.library.files import write_if_changed
from episcribe.library.naming import show_name

_OWN = ".episcribe"
_FEED = re.compile(rb"<(rss|feed|rdf:RDF|opml)[\s>]", re.IGNORECASE)
_HEAD = 4096
_NAMESPACE = "https://podcastindex.org/namespace/1.0"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "study",
        help="notes, assessment, flashcards and PDFs for single transcripts or a feed",
        description="Makes of single transcripts, or of a feed, what Snakemake makes of a library.",
    )
    parser.add_argument(
        "sources", nargs="+", metavar="FILE_OR_FEED", help="transcripts, feed files, or feed URLs"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="where the files go")
    parser.add_argument(
        "--cores", type=_count, default=os.cpu_count() or 1, metavar="N", help="jobs at a time"
    )
    parser.add_argument("--title", help="the title of a single transcript, else of the show")
    parser.add_argument("--subject", help="what it is about, for the notes")
    parser.add_argument("--limit", type=_count, metavar="N", help="only the newest episodes of a feed")
    parser.add_argument("--allow-private", action="store_true", help="fetch from your own network too")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {text}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Write a configuration below DIR and run Snakemake with it; its exit code."""
    import yaml

    out = Path(options.out).expanduser().absolute()
    feeds = {source: kind for source in options.sources if (kind := _feed_kind(source))}
    files = [_existing(source) for source in options.sources if source not in feeds]
    alone = len(feeds) + len(files) == 1
    shows = [_feed_show(source, kind, options, alone=alone) for source, kind in feeds.items()]
    if files:
        shows.append(_transcripts_show(files, out / _OWN / "transcripts", options))
    configuration = out / _OWN / "config.yaml"
    write_if_changed(
        configuration,
        yaml.safe_dump(
            {
                "library": "..",
                "network": {"allow_private": options.allow_private},
                "shows": _distinct(shows),
            },
            allow_unicode=True,
            sort_keys=False,
        ),
    )
    command = [
        *(sys.executable, "-m", "snakemake", "--snakefile", str(find_snakefile())),
        *("--directory", str(out / _OWN), "--configfile", str(configuration)),
        *("--cores", str(options.cores)),
    ]
    return subprocess.run(command, check=False).returncode


def find_snakefile() -> Path:
    """The project's Snakefile: that of the checkout, or the one that was installed with the package."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "workflow" / "Snakefile", package.parents[1] / "Snakefile")
    for place in places:
        if place.is_file():
            return place
    raise EpiscribeError(
        f"the Snakefile is not in {places[1].parent}: run from a checkout or install the package again"
    )


def _feed_kind(source: str) -> str | None:
    """What a source is to the configuration: a `feed`, an `opml` list of them, or None for neither."""
    if re.match(r"https?://", source, re.IGNORECASE):
        return "feed"
    try:
        with Path(source).expanduser().open("rb") as file:
            match = _FEED.search(file.read(_HEAD))
    except OSError:
        return None
    if match is None:
        return None
    return "opml" if match[1].lower() == b"opml" else "feed"


def _existing(source: str) -> Path:
    path = Path(source).expanduser().absolute()
    if path.is_dir():
        raise EpiscribeError(
            f"{source}: a folder; name the transcripts in it, or put files: in a configuration"
        )
    if not path.is_file():
        raise EpiscribeError(f"{source}: no such file; give a transcript, a feed file, or the URL of a feed")
    return path


def _feed_show(source: str, kind: str, options: argparse.Namespace, *, alone: bool) -> dict[str, Any]:
    remote = re.match(r"https?://", source, re.IGNORECASE)
    place = source if remote else str(Path(source).expanduser().absolute())
    name = options.title if options.title and alone else re.sub(r"^https?://|[?#].*$", "", source)
    show = {"id": show_name(name if remote else Path(name).stem), kind: place, "limit": options.limit}
    title = options.title if alone else None
    return {**show, "title": title, "subject": options.subject or title or "Podcast"}


def _transcripts_show(files: Sequence[Path], folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """A show for single transcripts: copies of them in `folder`, beside a feed that lists them."""
    title = options.title if len(files) == 1 else None
    items = [_item(path, folder, title) for path in files]
    name = options.title or "Transcripts"
    channel = f"<title>{escape(name)}</title>{''.join(items)}"
    feed = f'<rss version="2.0" xmlns:podcast="{_NAMESPACE}"><channel>{channel}</channel></rss>\n'
    write_if_changed(folder / "feed.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{feed}')
    return {"id": show_name(name), "subject": options.subject or name, "feed": str(folder / "feed.xml")}


def _item(path: Path, folder: Path, title: str | None) -> str:
    described = _describe(path)
    place = sha256(os.fsencode(path)).hexdigest()[:8]
    copy = f"{place}{path.suffix}"
    write_if_changed(folder / copy, path.read_bytes())
    link = described.transcripts[0]
    attributes = f"url={quoteattr(copy)} type={quoteattr(link.type or 'text/plain')}"
    if link.language:
        attributes += f" language={quoteattr(link.language)}"
    date = f"<pubDate>{_rfc822(described.published)}</pubDate>" if described.published else ""
    return (
        f"<item><title>{escape(title or described.title)}</title>"
        f"<guid isPermaLink='false'>file:{place}</guid>{date}<podcast:transcript {attributes}/></item>"
    )


def _describe(path: Path) -> Episode:
    from episcribe.sources.local_files import read_local_files

    episodes = read_local_files(escape_glob(str(path)), str(path.parent)).episodes
    if not episodes or not episodes[0].transcripts:
        raise EpiscribeError(
            f"{path.name}: expected a transcript (vtt, srt, sbv, ttml, json, html, txt or md)"
        )
    return episodes[0]


def _rfc822(published: str) -> str:
    return format_datetime(datetime.fromisoformat(published), usegmt=False)


def _distinct(shows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shows without empty keys, those with one id told apart by a number."""
    seen: dict[str, int] = {}
    distinct = []
    for show in shows:
        count = seen[show["id"]] = seen.get(show["id"], 0) + 1
        own = {**show, "id": show["id"] if count == 1 else f"{show['id']}-{count}"}
        distinct.append({key: value for key, value in own.items() if value is not None})
    return distinct
