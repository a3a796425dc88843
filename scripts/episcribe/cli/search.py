"""`episcribe search`: where in the transcripts and notes of a library something is said."""

import argparse
import json
import os
import re
import sys

from episcribe.cli import exit_codes
from episcribe.cli.libraries import add_library_options, find_episodes, find_library
from episcribe.ledger.views.queries import NoQueryError
from episcribe.ledger.views.searching import Found, Hit, Kind, search

_KINDS: dict[str, Kind] = {"transcripts": "transcript", "notes": "notes"}
# What a terminal would take for an order, or show in another place.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BEFORE, _AFTER = 160, 240


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `search` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "search",
        help="find words in transcripts and notes",
        description="Finds the passages in which all the words are, whatever their case and accents, best "
        "first, and shows of each the sentence, who says it, when, and a link to that moment.",
        epilog="Exit code 1: nothing was found. In a shell, a phrase needs two kinds of quotes: "
        "episcribe search '\"spring tide\"'",
    )
    parser.add_argument(
        "words", nargs="+", metavar="WORDS", help='words, "phrases" in quotes, beginnings of words with *'
    )
    parser.add_argument("--show", metavar="SHOW", help="only in this show")
    parser.add_argument("--in", dest="within", choices=_KINDS, help="only in transcripts, or only in notes")
    parser.add_argument("--limit", type=_count, default=10, metavar="N", help="at most so many (default: 10)")
    parser.add_argument("--json", action="store_true", help="the same as a JSON list")
    add_library_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what is found; OK, or PROBLEMS when nothing is."""
    library = find_library(options)
    if options.show is not None:
        find_episodes(library, options.show)  # complains of one that is not there
    try:
        found = search(
            library,
            " ".join(options.words),
            show=options.show,
            within=_KINDS.get(options.within),
            limit=options.limit,
            say=_say,
        )
    except NoQueryError as error:
        _say(f"episcribe search: {error}")
        return exit_codes.USAGE
    if options.json:
        print(json.dumps([_plain(hit) for hit in found.hits], ensure_ascii=False, indent=1))
    else:
        bold = ("\033[1m", "\033[0m") if _is_terminal() else ("«", "»")
        print("\n\n".join(_shown(hit, bold) for hit in found.hits), end="\n" if found.hits else "")
    _say(_summary(found, options.limit))
    return exit_codes.OK if found.hits else exit_codes.PROBLEMS


def _summary(found: Found, limit: int) -> str:
    if not found.hits:
        return "nothing found"
    if not found.is_ranked:
        return "found too often to be ranked; these are of the episodes that came last"
    if len(found.hits) == limit:
        return f"the best {limit}; --limit N shows more"
    return f"{len(found.hits)} found"


def _shown(hit: Hit, marks: tuple[str, str]) -> str:
    """Three lines: the episode, the sentence with its time, the link."""
    date = f" ({hit.date[:10]})" if hit.date else ""
    lines = [f"{hit.show}/{hit.folder}  {_clean(hit.title)}{date}"]
    said = [_clock(hit.start) if hit.start is not None else "", f"{hit.speaker}:" if hit.speaker else ""]
    said += ["(notes)" if hit.kind == "notes" else "", _marked(hit, marks)]
    lines.append("  " + " ".join(_clean(part) if n < 3 else part for n, part in enumerate(said) if part))
    if link := _link(hit):
        lines.append(f"  {link}")
    return "\n".join(lines)


def _marked(hit: Hit, marks: tuple[str, str]) -> str:
    """The sentence with its words marked; of a very long one what is around the first."""
    first = hit.marks[0][0] if hit.marks else 0
    begin = 0 if first < 2 * _BEFORE else first - _BEFORE
    end = len(hit.sentence) if len(hit.sentence) - first < 2 * _AFTER else first + _AFTER
    parts: list[str] = ["… "] if begin else []
    at = begin
    for start, stop in hit.marks:
        if at <= start and stop <= end:
            parts += [_clean(hit.sentence[at:start]), marks[0], _clean(hit.sentence[start:stop]), marks[1]]
            at = stop
    parts.append(_clean(hit.sentence[at:end]))
    return "".join(parts) + (" …" if end < len(hit.sentence) else "")


def _plain(hit: Hit) -> dict[str, object]:
    return {
        "episode": f"{hit.show}/{hit.folder}",
        "id": hit.episode_id,
        "title": hit.title,
        "date": hit.date,
        "in": "notes" if hit.kind == "notes" else "transcripts",
        "start": hit.start,
        "speaker": hit.speaker,
        "sentence": hit.sentence,
        "marks": [list(mark) for mark in hit.marks],
        "link": _link(hit),
        "score": hit.score,
    }


def _link(hit: Hit) -> str | None:
    """A link to the moment, else to the episode's page."""
    from episcribe.library.episode import Enclosure, Episode
    from episcribe.study.links import safe_url, time_link

    keys = (f"youtube:{hit.youtube_video_id}",) if hit.youtube_video_id else ()
    enclosures = (Enclosure(hit.audio_url),) if hit.audio_url else ()
    episode = Episode(
        hit.episode_id, hit.show, hit.folder, hit.title, keys=keys, link=hit.link, enclosures=enclosures
    )
    return (time_link(episode, hit.start) if hit.start is not None else None) or safe_url(hit.link or "")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)


def _is_terminal() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number from 1 to 10000")
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
