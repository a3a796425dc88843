"""Where the files of a library are, and which of them each stage makes."""

from dataclasses import dataclass

CATALOGUE = "catalog.jsonl"
DISCOVERY = "discovery.json"
EPISODE = "episode.yaml"
STATE = "state.yaml"

# By which processes agree; no backup holds them.
RUN_LOCK = "log/episcribe.lock"
UNFINISHED = "log/unfinished.json"
CLUSTER_JOBS = "log/cluster.jsonl"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an episode: the files it makes and reads, and the version that is raised when its results
    change.
    """

    version: int
    products: tuple[str, ...]
    reads: tuple[str, ...] = ()


# The products that no other stage reads: when these are up to date, all are.
LEAVES = ("transcript.vtt", "transcript.txt", "flashcards.csv", "notes.pdf", "assessment.pdf")

STAGES: dict[str, Stage] = {
    "transcript": Stage(
        1,
        ("transcript.json", "transcript.vtt", "transcript.txt", "quality.yaml", "chapters.json"),
        reads=(EPISODE,),
    ),
    "notes": Stage(1, ("notes.md",), reads=(EPISODE, "transcript.json", "quality.yaml", "chapters.json")),
    "assessment": Stage(
        1, ("assessment.md", "flashcards.csv"), reads=(EPISODE, "transcript.json", "chapters.json")
    ),
    "notes_pdf": Stage(1, ("notes.pdf",), reads=("notes.md",)),
    "assessment_pdf": Stage(1, ("assessment.pdf",), reads=("assessment.md",)),
    "state": Stage(1, (STATE,), reads=LEAVES),
}

STUDY_PRODUCTS: tuple[str, ...] = tuple(
    name for stage, made in STAGES.items() if stage != "state" for name in made.products
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a target asks for of each episode; where there is nothing yet, its `anchors` bring all of it."""

    products: tuple[str, ...]
    anchors: tuple[str, ...]


TARGETS: dict[str, Target] = {
    "all": Target((*STUDY_PRODUCTS, STATE), (STATE,)),
    "transcripts": Target(STAGES["transcript"].products, ("transcript.json",)),
    "notes": Target(STAGES["notes"].products, ("notes.md",)),
    "assessments": Target(STAGES["assessment"].products, ("assessment.md",)),
    "pdfs": Target(("notes.pdf", "assessment.pdf"), ("notes.pdf", "assessment.pdf")),
}
