"""Small libraries of episodes with events and files, as a run leaves them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from episcribe.ledger.events import append_event, events_path
from episcribe.library.catalogue import CatalogueEntry, read_catalogue, write_catalogue
from episcribe.library.layout import STAGES
from episcribe.library.plain_yaml import to_yaml

STUDY = ("transcript", "notes", "assessment", "notes_pdf", "assessment_pdf", "state")
SENTENCES = (
    "The tide turns twice a day.",
    "Nobody at the café saw the naïve heron.",
    "Straße and Łódź are words, too.",
)


class MadeLibrary:
    """A library at `path`; every episode that is added stands in its catalogue."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        write_catalogue(path / "catalog.jsonl", [])

    def add(
        self,
        identifier: str,
        *,
        show: str = "tidewater",
        title: str | None = None,
        day: str = "2024-05-01",
        keys: Sequence[str] = (),
    ) -> Path:
        """An episode that has been discovered; its folder."""
        entry = CatalogueEntry(
            show=show,
            folder=f"{day}-episode-{identifier}",
            id=identifier,
            title=title if title is not None else f"Episode {identifier}",
            origin=show,
            published=f"{day}T06:00:00Z",
            duration=1800.0,
            keys=list(keys) or [f"guid:g-{identifier}"],
            more={"podcast": show.title(), "link": f"https://podcast.example/{identifier}"},
        )
        write_catalogue(self.path / "catalog.jsonl", [*read_catalogue(self.path / "catalog.jsonl"), entry])
        folder = self.path / show / entry.folder
        folder.mkdir(parents=True)
        about = {"id": identifier, "show": show, "folder": entry.folder, "title": entry.title}
        more = {"published": entry.published, "keys": list(entry.keys), **(entry.more or {})}
        (folder / "episode.yaml").write_text(to_yaml({**about, **more}), encoding="utf-8")
        return folder

    def finished(self, identifier: str, sentences: Sequence[str] = SENTENCES, **more: Any) -> Path:
        """An episode that went through all its stages in the run `r1`; its folder."""
        folder = self.add(identifier, **more)
        for order, stage in enumerate(STUDY):
            run_stage(folder, stage, order)
        (folder / "transcript.json").write_text(transcript(sentences), encoding="utf-8")
        return folder


def run_stage(
    folder: Path, stage: str, minute: int, *, failure: Mapping[str, Any] | None = None, **more: Any
) -> None:
    """Append what `stage_events` gives to the log of the stage, and make its files unless it failed."""
    start, end = stage_events(stage, minute, failure=failure, **more)
    append_event(events_path(folder, stage), start)
    if not failure:
        for name in STAGES[stage].products:
            (folder / name).write_text(_content(name), encoding="utf-8")
    append_event(events_path(folder, stage), end)


def stage_events(
    stage: str,
    minute: int,
    *,
    run: str = "r1",
    seconds: float = 2.0,
    worker: int = 1,
    failure: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first and the last event of a stage that worked for some seconds."""
    start = {
        "time": f"2026-03-01T10:{minute:02d}:00.000Z",
        "event": "started",
        "stage": stage,
        "run": run,
        "attempt": 1,
        "worker": worker,
    }
    end: dict[str, Any] = {
        **start,
        "time": f"2026-03-01T10:{minute:02d}:{int(seconds):02d}.000Z",
        "event": "failed" if failure else "finished",
        "duration": seconds,
        **(failure or {}),
        **more,
    }
    if not failure:
        end["outputs"] = dict.fromkeys(STAGES[stage].products, "blake2b:0")
    return start, end


def module(name: str, state: str, minute: int, seconds: int, **more: Any) -> dict[str, Any]:
    """What a closing event tells of one module."""
    return {
        "module": name,
        "state": state,
        "start": f"2026-03-01T10:{minute:02d}:00.000Z",
        "end": f"2026-03-01T10:{minute:02d}:{seconds:02d}.000Z",
        **more,
    }


def transcript(sentences: Sequence[str], speakers: Sequence[str] = ("Ada",)) -> str:
    """A transcript.json: a sentence every ten seconds, a paragraph each time the speaker is another."""
    segments = [
        {"speaker": speakers[n % len(speakers)], "startTime": n * 10.0, "endTime": n * 10.0 + 9, "body": text}
        for n, text in enumerate(sentences)
    ]
    return json.dumps({"version": "1.0.0", "metadata": {}, "headings": [], "segments": segments})


def _content(name: str) -> str:
    if name == "transcript.json":
        return transcript(SENTENCES)
    if name == "notes.md":
        front = '---\ntitle: x\nsubject: "The sea"\n---\n'
        return f"{front}# Notes\n\n- **Ebb**: the [tide](https://x.example) goes.\n"
    return "made\n"
