"""The whole story of an episode."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from episcribe.cli.sizes import moment_shown, size_text
from episcribe.cli.standing import Known
from episcribe.cli.tables import printable, table
from episcribe.ledger.events import episode_events
from episcribe.ledger.overview import look_at
from episcribe.ledger.reports.wording import span
from episcribe.ledger.state import fold_state
from episcribe.ledger.views.reading import tracks_of
from episcribe.library.catalogue import CatalogueEntry, identification
from episcribe.library.compression import SUFFIX
from episcribe.library.errors import plural
from episcribe.library.modules import MODULES, facts_of_entry, select_modules

_ERRORS_SHOWN = 10

Story = dict[str, Any]


def story(library: Path, folder: Path, known: Known) -> Story:
    """All that is known of the episode in `folder`, as plain data: its state as it is now, where it comes
    from, its files, and what comes next.
    """
    name = f"{folder.parent.name}/{folder.name}"
    entry = next((e for e in known.entries if f"{e.show}/{e.folder}" == name), None)
    events = episode_events(folder)
    if entry is None:
        about: dict[str, Any] = {"show": folder.parent.name}
        state = fold_state(folder, about, events, tracks=tracks_of(folder, events))
        following = "The configuration does not ask for it: it is left as it is."
    else:
        lines = known.rules.left_alone(entry)
        tracks = known.rules.tracks(entry)
        state = fold_state(folder, identification(entry), events, tracks=tracks, standings=lines)
        following = next_step(library, entry, state, known)
    return {
        "episode": name,
        "next": following,
        "sources": list(_sources(folder)),
        "files": list(_files(folder)),
        "events": len(events),
        "state": state,
    }


def next_step(library: Path, entry: CatalogueEntry, state: Mapping[str, Any], known: Known) -> str:
    """What comes next for the episode, in plain words."""
    [look] = look_at(library, [entry], known.rules)
    name, retry = look.name, f"episcribe retry {look.name}"
    if any(line["stage"] == "skipped" for line in state["tracks"].values()):
        return "It was skipped, and is left as it is."
    if look.working:
        work = look.working[0]
        asks = f", asking {work.module}" if work.module else ""
        return f"The stage {work.stage} is at work{asks}, in process {work.pid} on {work.host}."
    given_up = next((line for line in look.lines if line.state == "given_up"), None)
    if given_up is not None:
        return f"It was given up: {given_up.why}. Once that is mended: {retry}"
    if look.how == "resting":
        until = max(line.until or "" for line in look.lines)
        return f"It rests until {moment_shown(until)}; the first run after that tries again. At once: {retry}"
    if look.how == "without a way":
        return f"There is no way to a transcript of it: {'; '.join(_reasons(entry))}."
    waiting = [stage for stage in look.missing if stage != "state"]
    if not waiting:
        return (
            "Nothing: it is finished." if not look.missing else "The next run of snakemake records its state."
        )
    return (
        f"The next run of snakemake makes: {', '.join(waiting)} (alone: snakemake {_target(library, name)})"
    )


def _reasons(entry: CatalogueEntry) -> Iterator[str]:
    """Why none of the modules can have a transcript of the episode."""
    for choice in select_modules(facts_of_entry(entry), MODULES):
        why = "not among transcript.modules" if choice.chosen else choice.why
        yield f"{choice.module}: {why}"


def story_lines(told: Story, width: int | None) -> Iterator[str]:
    """The story for a person."""
    state = told["state"]
    yield printable(state.get("title") or told["episode"])
    about = [("id", state.get("episode_id")), ("date", state.get("date")), ("guid", state.get("guid"))]
    yield "  ".join([told["episode"], *(f"{key} {printable(value)}" for key, value in about if value)])
    yield ""
    for track, line in state["tracks"].items():
        during = f" during {line['during']}, reached {line['reached']}" if "during" in line else ""
        yield f"{track}: {line['stage']}{during}"
    yield printable(state["status_message"])
    yield f"Next: {printable(told['next'])}"
    yield from _part(
        "Sources", [[s["role"], s["type"], s["language"], s["url"]] for s in told["sources"]], width
    )
    yield from _part("Stages", list(_stage_rows(state)), width)
    yield from _part("Modules", list(_module_rows(state)), width)
    yield from _error_lines(state, width)
    files = [
        [file["name"], size_text(file["bytes"]), moment_shown(file["modified"])] for file in told["files"]
    ]
    yield from _part("Files", files, width, right=(1,))
    if state.get("irregularities"):
        yield from _part("What cannot have been", [[line] for line in state["irregularities"]], width)


def _part(
    title: str, rows: Sequence[Sequence[object]], width: int | None, right: Sequence[int] = ()
) -> Iterator[str]:
    if rows:
        yield from ("", title, *table(rows, right=right, indent="  ", width=width))


def _stage_rows(state: Mapping[str, Any]) -> Iterator[list[object]]:
    for name, stage in state["stages"].items():
        attempts = stage.get("attempts")
        took = span(stage["seconds"]) if "seconds" in stage else ""
        told = stage.get("error") or ""
        if told:
            told = f"{told} ({stage.get('kind')})"
        yield [
            name,
            stage["state"],
            plural(attempts, "attempt") if attempts else "",
            took,
            moment_shown(stage.get("finished")) or told,
        ]


def _module_rows(state: Mapping[str, Any]) -> Iterator[list[object]]:
    for record in state.get("modules", ()):
        result = record.get("result_data")
        quality = f"quality {result['quality']}" if isinstance(result, dict) and "quality" in result else ""
        told = record.get("error_message") or quality or record.get("why")
        took = span(record["seconds"]) if "seconds" in record else ""
        outcome = record.get("outcome") or record.get("status")
        yield [record["module_name"], record["state"], outcome, took, told]


def _error_lines(state: Mapping[str, Any], width: int | None) -> Iterator[str]:
    errors = state["error_history"][-_ERRORS_SHOWN:]
    more = state["error_count"] - len(errors)
    title = f"Errors ({state['error_count']}{', the last ones' if more > 0 else ''})"
    rows = [
        [
            moment_shown(error["timestamp"]),
            error["stage"],
            error["kind"],
            error["error"],
            error.get("traceback"),
        ]
        for error in errors
    ]
    yield from _part(
        title, [[*row[:3], f"{row[3]}{f' [{row[4]}]' if row[4] else ''}"] for row in rows], width
    )


def _sources(folder: Path) -> Iterator[dict[str, Any]]:
    """Where the episode comes from; addresses without what may be secret in them."""
    from episcribe.library.episode_file import read_episode
    from episcribe.library.errors import EpiscribeError
    from episcribe.library.refresh import is_remote
    from episcribe.net.redaction import shown_url

    try:
        episode = read_episode(folder)
    except EpiscribeError as error:
        yield {"role": "episode.yaml", "type": None, "language": None, "url": str(error)}
        return
    found = [("transcript", link.type, link.language, link.url) for link in episode.transcripts]
    found += [("recording", enclosure.type, None, enclosure.url) for enclosure in episode.enclosures]
    if episode.chapters is not None:
        found.append(("chapters", episode.chapters.type, None, episode.chapters.url))
    if episode.link:
        found.append(("page", None, episode.language, episode.link))
    for role, kind, language, url in found:
        shown = shown_url(url) if is_remote(url) else url
        yield {"role": role, "type": kind, "language": language, "url": shown}


def _files(folder: Path) -> Iterator[dict[str, Any]]:
    paths = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    for place in ("source", "log"):
        if (folder / place).is_dir():
            paths += [p for p in (folder / place).iterdir() if p.is_file() and p.suffix in _TOLD | {SUFFIX}]
    for path in sorted(paths, key=lambda path: (path.parent != folder, str(path))):
        status = path.stat()
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(status.st_mtime))
        yield {"name": str(path.relative_to(folder)), "bytes": status.st_size, "modified": when}


_TOLD = frozenset(
    (".jsonl", ".json", ".vtt", ".srt", ".html", ".htm", ".txt", ".xml", ".ttml", ".md", ".bin")
)


def _target(library: Path, name: str) -> str:
    return f"{library}/{name}/state.yaml"
