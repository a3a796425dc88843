"""The stages that an episode passes on each track: their names, what shows that one is reached, and which may
follow which.

The names are those of the project's founding documents; docs/state.md tells where these contradict each other
and what holds here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from episcribe.library.layout import STAGES

FAILED = "failed"
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from one stage of a track to the next.

    `jobs` do the work, and name the events; while they run the episode is `during`, afterwards `reached`.
    `products` are the files that show it; without any, the jobs' events do. A `lasting` step is not undone
    when files of earlier ones are deleted.
    """

    jobs: tuple[str, ...]
    during: str | None
    reached: str
    products: tuple[str, ...] = ()
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """A track: its first stage, its steps in order, which jobs need which, which stage may follow which; the
    jobs of all steps in their order.
    """

    name: str
    initial: str
    steps: tuple[Step, ...]
    needs: Mapping[str, tuple[str, ...]]
    transitions: Mapping[str, frozenset[str]]
    jobs: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        jobs = tuple(dict.fromkeys(job for step in self.steps for job in step.jobs))
        object.__setattr__(self, "jobs", jobs)

    @property
    def final(self) -> str:
        """The stage of an episode that has passed the whole track."""
        return self.steps[-1].reached

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of all stages, in their order."""
        steps = (name for step in self.steps for name in (step.during, step.reached) if name)
        return (self.initial, *steps, FAILED, SKIPPED)


def is_allowed(track: str, before: str, after: str) -> bool:
    """True when an episode may go from the stage `before` to the stage `after` of a track; staying is
    allowed.

    False for stages and tracks that do not exist.
    """
    known = TRACKS.get(track)
    if known is None or before not in known.transitions or after not in known.transitions:
        return False
    return before == after or after in known.transitions[before]


_STUDY_STEPS = (
    Step(("transcript",), "fetching_transcript", "transcript_fetched", STAGES["transcript"].products),
    Step(("notes",), "generating_notes", "notes_generated", STAGES["notes"].products),
    Step(("assessment",), "generating_assessment", "assessment_generated", STAGES["assessment"].products[:1]),
    Step(("assessment",), "writing_files", "files_written", STAGES["assessment"].products),
    Step(
        ("notes_pdf", "assessment_pdf"),
        "exporting_pdfs",
        "completed",
        STAGES["notes_pdf"].products + STAGES["assessment_pdf"].products,
    ),
)
_STUDY_NEEDS = {
    "notes": ("transcript",),
    "assessment": ("transcript",),
    "notes_pdf": ("notes",),
    "assessment_pdf": ("assessment",),
}

# What no file of its own shows: that broadcast.yaml has the key after the sign.
UPLOAD = "broadcast.yaml#video_id"
SCHEDULE = "broadcast.yaml#scheduled_date"
PUBLICATION = "broadcast.yaml#published_date"

_BROADCAST_STEPS = (
    Step(("download",), "downloading", "downloaded", ("audio.*",)),
    Step(("conversion",), "converting", "converted", ("video.mp4",)),
    Step(("upload",), "uploading", "uploaded", (UPLOAD,), lasting=True),
    Step(("schedule",), None, "scheduled", (SCHEDULE,), lasting=True),
    Step(("publish",), None, "published", (PUBLICATION,), lasting=True),
)
_BROADCAST_NEEDS = {
    "conversion": ("download",),
    "upload": ("conversion",),
    "schedule": ("upload",),
    "publish": ("upload", "schedule"),
}

_SCOUT_STEPS = (
    Step(("clean",), None, "cleaned"),
    Step(("validate",), None, "tier1_validated"),
    Step(("rank",), None, "outlier"),
    Step(("brief",), None, "ready"),
    Step(("export",), None, "exported"),
)
_SCOUT_NEEDS = {"validate": ("clean",), "rank": ("validate",), "brief": ("rank",), "export": ("brief",)}

_BROADCAST_TRANSITIONS = """
    discovered:  downloading skipped failed
    downloading: downloaded failed discovered skipped
    downloaded:  converting skipped downloading failed
    converting:  converted failed downloaded skipped
    converted:   uploading skipped downloading converting failed
    uploading:   uploaded failed converted skipped
    uploaded:    scheduled failed skipped
    scheduled:   published uploaded failed skipped
    published:
    failed:      discovered downloading downloaded converting converted uploading uploaded scheduled skipped
    skipped:     discovered downloading downloaded converting converted uploading uploaded scheduled
"""

_SCOUT_TRANSITIONS = """
    raw:             cleaned failed skipped
    cleaned:         tier1_validated raw failed skipped
    tier1_validated: outlier cleaned failed skipped
    outlier:         ready tier1_validated failed skipped
    ready:           exported outlier failed skipped
    exported:        ready failed
    failed:          raw cleaned tier1_validated outlier ready exported skipped
    skipped:         raw cleaned tier1_validated outlier ready
"""


def _table(text: str) -> dict[str, frozenset[str]]:
    rows = (line.split(":") for line in text.strip().splitlines())
    return {before.strip(): frozenset(after.split()) for before, after in rows}


def _made_of_files(
    initial: str, steps: Sequence[Step], needs: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    """The transitions of a track whose every stage follows from files, each of which may be made again.

    Work begins on the next step or on an earlier one. It ends at the stage of its own step, or of the
    following ones that the same job takes or that did not have to wait for it, or before it where it was
    interrupted. All may fail or be skipped, and what failed or was skipped may be taken up anywhere but at
    the end.
    """
    reached = [initial, *(step.reached for step in steps)]
    during = [step.during or step.reached for step in steps]
    table: dict[str, set[str]] = {name: {FAILED, SKIPPED} for name in (*reached, *during)}
    for number, name in enumerate(reached):
        table[name].update(during[: number + 1])
    for number, (name, step) in enumerate(zip(during, steps, strict=True)):
        table[name].update(during[:number], reached[number : number + 2])
        for later in steps[number + 1 :]:
            if later.jobs != step.jobs and any(not _is_free(job, step.jobs, needs) for job in later.jobs):
                break
            table[name].add(later.reached)
    table[FAILED] = {*reached[:-1], *during, SKIPPED}
    table[SKIPPED] = {*reached[:-1], *during}
    return {name: frozenset(after - {name}) for name, after in table.items()}


def _is_free(job: str, others: Sequence[str], needs: Mapping[str, tuple[str, ...]]) -> bool:
    """True when a job need not wait for any of the others."""
    direct = needs.get(job, ())
    return job not in others and all(_is_free(needed, others, needs) for needed in direct)


TRACKS: dict[str, Track] = {
    track.name: track
    for track in (
        Track(
            "study",
            "created",
            _STUDY_STEPS,
            _STUDY_NEEDS,
            _made_of_files("created", _STUDY_STEPS, _STUDY_NEEDS),
        ),
        Track("broadcast", "discovered", _BROADCAST_STEPS, _BROADCAST_NEEDS, _table(_BROADCAST_TRANSITIONS)),
        Track("scout", "raw", _SCOUT_STEPS, _SCOUT_NEEDS, _table(_SCOUT_TRANSITIONS)),
    )
}


def jobs_of(tracks: Iterable[str]) -> tuple[str, ...]:
    """The jobs of the tracks of these names, each once; names that no track has are passed over."""
    return tuple(dict.fromkeys(job for name in tracks if name in TRACKS for job in TRACKS[name].jobs))


JOBS: tuple[str, ...] = tuple(dict.fromkeys((*STAGES, *jobs_of(TRACKS))))
"""The names of all that can be done to an episode, and fail."""
