"""A small library without a run of Snakemake, by the project's own functions."""

from pathlib import Path

from episcribe.ledger.digests import file_digests
from episcribe.ledger.events import append_event, events_path
from episcribe.ledger.seals import add_seals, compute_seal, seal_inputs
from episcribe.ledger.state import fold_state, state_yaml
from episcribe.library.catalogue import CatalogueEntry, read_catalogue, write_catalogue
from episcribe.library.episode import Episode, TranscriptLink
from episcribe.library.episode_file import episode_yaml
from episcribe.library.files import write_atomically
from episcribe.library.layout import STAGES, STATE, STUDY_PRODUCTS
from episcribe.stages.originals import Originals

CAPTIONS = b"WEBVTT\n\n" + b"00:00.000 --> 00:02.000\nThe tide is out.\n\n" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF"
CONTENT = {
    "transcript.json": b'{"version": "1.0.0", "segments": [{"body": "The tide is out."}]}\n',
    "transcript.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nThe tide is out.\n",
    "transcript.txt": b"The tide is out.\n",
    "quality.yaml": b"score: 100\nreasons: []\n",
    "notes.md": b"# Tides\n\nThe tide is out.\n",
    "chapters.json": b'{"version": "1.2.0", "chapters": []}\n',
    "assessment.md": b"# Questions\n\nWhen?\n",
    "flashcards.csv": b"front,back\ntide,out\n",
    "notes.pdf": PDF,
    "assessment.pdf": PDF,
}


def add_episode(
    library: Path, show: str, folder: str, *, stages: tuple[str, ...] = tuple(STAGES), second: int = 0
) -> Path:
    """An episode of which `stages` were made, in the catalogue; finished and sealed when all were."""
    place, identifier = library / show / folder, folder[-8:]
    url = f"https://tides.example/{identifier}.vtt"
    link = TranscriptLink(url, "text/vtt")
    episode = Episode(id=identifier, show=show, folder=folder, title=f"On {folder}", transcripts=(link,))
    write_atomically(place / "episode.yaml", episode_yaml(episode))
    entry = CatalogueEntry(
        show, folder, identifier, episode.title, show, "2024-05-01", transcripts=({"url": url},)
    )
    known = read_catalogue(library / "catalog.jsonl")
    write_catalogue(library / "catalog.jsonl", [*known, entry])
    if "transcript" in stages:
        with Originals(place / "source") as originals:
            originals.keep(url, "text/vtt", CAPTIONS, "transcript")
    for number, stage in enumerate(stages):
        run_stage(place, stage, second + number)
    if "state" in stages:
        state = fold_state(place, {"episode_id": identifier, "show": show, "title": episode.title})
        seal = compute_seal(str(place), "", seal_inputs(str(place), ()), STUDY_PRODUCTS)
        write_atomically(place / STATE, state_yaml({**state, "seal": seal}))
        add_seals(library, {f"{show}/{folder}": seal or ""})
    return place


def run_stage(place: Path, stage: str, second: int = 0) -> None:
    """Make the files of a stage, with its events."""
    event = {"stage": stage, "run": "r1", "attempt": 1}
    path = events_path(place, stage)
    append_event(path, {"time": f"2026-01-01T00:00:{second:02d}.000Z", "event": "started", **event})
    for name in STAGES[stage].products:
        if name != STATE:
            write_atomically(place / name, CONTENT[name])
    outputs = file_digests(place, [name for name in STAGES[stage].products if name != STATE])
    end = {"time": f"2026-01-01T00:00:{second:02d}.500Z", "event": "finished", "duration": 0.5}
    append_event(path, {**end, **event, "outputs": outputs})


def fail_stage(place: Path, stage: str, kind: str, error: str, *, time: str = "2026-01-01T00:00:00Z") -> None:
    """A failed attempt of a stage."""
    event = {"stage": stage, "run": "r1", "attempt": 1, "time": time}
    append_event(events_path(place, stage), {**event, "event": "started"})
    append_event(events_path(place, stage), {**event, "event": "failed", "kind": kind, "error": error})


def bytes_of(library: Path) -> dict[str, bytes]:
    """All files below a folder by their paths in it, but for locks."""
    files = (path for path in library.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(library)): path.read_bytes() for path in files}
