"""Where the files of a library are, and which of them each stage makes."""

from dataclasses import dataclass

CATALOGUE = "catalog.jsonl"
DISCOVERY = "discovery.json"
EPISODE = "episode.yaml"
STATE = "state.yaml"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an episode: the files it makes, and the version that is raised when its results change."""

    version: int
    products: tuple[str, ...]


STAGES: dict[str, Stage] = {
    "transcript": Stage(1, ("transcript.json", "transcript.vtt", "transcript.txt", "quality.yaml")),
    "notes": Stage(1, ("notes.md", "chapters.json")),
    "assessment": Stage(1, ("assessment.md", "flashcards.csv")),
    "notes_pdf": Stage(1, ("notes.pdf",)),
    "assessment_pdf": Stage(1, ("assessment.pdf",)),
    "state": Stage(1, (STATE,)),
}

STUDY_PRODUCTS: tuple[str, ...] = tuple(
    name for stage, made in STAGES.items() if stage != "state" for name in made.products
)

TARGETS: dict[str, tuple[str, ...]] = {
    "all": (*STUDY_PRODUCTS, STATE),
    "transcripts": STAGES["transcript"].products,
    "notes": STAGES["notes"].products,
    "assessments": STAGES["assessment"].products,
    "pdfs": STAGES["notes_pdf"].products + STAGES["assessment_pdf"].products,
}
