"""Make the transcript of an episode: by the first module that has one that is readable and good enough; and
find its chapters.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from episcribe.ledger.events import events_path, now, read_events
from episcribe.library.episode import Episode
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError, FailureKind, joined
from episcribe.library.files import write_atomically
from episcribe.library.modules import SPEECH, Choice, facts_of_episode, select_modules
from episcribe.library.plain_yaml import to_yaml
from episcribe.library.transcript import Transcript
from episcribe.stages.job import HandedOn, Job, run_job
from episcribe.stages.modules.registry import find_module
from episcribe.stages.modules.search import Obtained, Search
from episcribe.stages.originals import Original, Originals
from episcribe.text.cleaning import clean_transcript
from episcribe.text.quality import Quality, assess_quality, passes
from episcribe.transcripts.captions import caption_cues
from episcribe.transcripts.podcast_json import write_podcast_json
from episcribe.transcripts.writing import write_transcript

Record = dict[str, Any]
_ENDS = frozenset(("finished", "failed", "handed_on", "retry"))
_IN_VAIN = frozenset(("failed", "retry"))
# After so many attempts that were blocked, each after a rest, the recording is transcribed instead.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Accepted:
    """A transcript that passed, and what it was made from."""

    transcript: Transcript
    quality: Quality
    obtained: Obtained


def get_transcript(job: Job, *, may_hear: bool) -> None:
    """Ask the episode's modules in the configured order and write what the first good one has.

    Recognition takes a whole machine's attention: without `may_hear` the job is handed on when only that is
    left, and comes back with it.
    """
    episode = read_episode(job.folder)
    choices = select_modules(
        facts_of_episode(episode), job.options["modules"], has_pages=_names_pages(job.options["website"])
    )
    with Originals(job.folder / "source", anew=_has_failed(job)) as originals:
        search = Search(episode, job.folder, job.options, originals)
        module, accepted = _ask_all(choices, search, job, may_hear=may_hear)
        given = originals.try_to_get(episode.chapters.url, "chapters") if episode.chapters else None
    _write(job, module, accepted, episode)
    _write_chapters(job, accepted.transcript, episode, given)


def _has_failed(job: Job) -> bool:
    """True when the last attempt failed: then what it refused is asked for anew."""
    ends = [e["event"] for e in read_events(events_path(job.folder, job.stage)) if e["event"] in _ENDS]
    return bool(ends) and ends[-1] in _IN_VAIN


def _names_pages(website: dict[str, Any]) -> bool:
    return bool(website["pages"] or website["index"])


def _ask_all(choices: Sequence[Choice], search: Search, job: Job, *, may_hear: bool) -> tuple[str, Accepted]:
    records: list[Record] = []
    job.note(modules=records)
    refusals: dict[str, EpiscribeError] = {}
    for choice in choices:
        if not choice.chosen:
            records.append({"module": choice.module, "state": "skipped", "why": choice.why})
            continue
        if choice.module == SPEECH:
            if _is_blocked(refusals) and _blocks_in_a_row(job) < _PATIENCE:
                why = "captions that are blocked for now may be had later"
                records.append({"module": SPEECH, "state": "skipped", "why": why})
                continue
            if not may_hear:
                raise HandedOn("no transcript is to be had; the recording is transcribed")
        job.begin_module(choice.module)
        answer = _ask(choice, search, records)
        if isinstance(answer, Accepted):
            return choice.module, answer
        refusals[choice.module] = answer
    raise _refusal(refusals, choices)


def _is_blocked(refusals: dict[str, EpiscribeError]) -> bool:
    return any(refusal.kind is FailureKind.BLOCKED for refusal in refusals.values())


def _blocks_in_a_row(job: Job) -> int:
    """How many of the last attempts, one after the other, ended because something was blocked."""
    ends = [e for e in read_events(events_path(job.folder, job.stage)) if e["event"] in _ENDS]
    kinds = [e.get("kind") for e in reversed(ends) if e["event"] != "handed_on"]
    return len(list(takewhile(lambda kind: kind == FailureKind.BLOCKED, kinds)))


def _ask(choice: Choice, search: Search, records: list[Record]) -> Accepted | EpiscribeError:
    """Ask one module; what came of it is added to `records`."""
    record: Record = {"module": choice.module, "why": choice.why, "start": now()}
    begun = time.perf_counter()
    answer = _first_good(choice.module, search)
    record.update(end=now(), seconds=round(time.perf_counter() - begun, 3))
    if isinstance(answer, Accepted):
        provenance = answer.obtained.provenance
        result = {"url": provenance.get("url"), "quality": answer.quality.score}
        record.update(state="completed", outcome="found", result=result)
    else:
        record.update(state="failed", outcome=str(answer.kind), error=" ".join(str(answer).split()))
    records.append(record)
    return answer


def _first_good(module: str, search: Search) -> Accepted | EpiscribeError:
    refusals: list[EpiscribeError] = []
    variants = find_module(module)(search)
    while True:
        try:
            variant = next(variants, None)
            if variant is None:
                break
        except EpiscribeError as error:
            refusals.append(error)
            break
        try:
            return _judge(variant(), search)
        except EpiscribeError as error:
            refusals.append(error)
    if not refusals:
        return EpiscribeError("has nothing", FailureKind.NONE)
    return refusals[0] if len(refusals) == 1 else joined("; ".join(map(str, refusals)), refusals)


def _judge(obtained: Obtained, search: Search) -> Accepted:
    options = search.options
    read = obtained.transcript
    if options["language"]:
        read = replace(read, language=options["language"])
    cleaned = clean_transcript(read)
    quality = assess_quality(cleaned, duration=search.episode.duration)
    if not passes(quality, options["quality"]):
        search.originals.refuse(obtained.provenance["url"])
        reasons = "; ".join(reason.sentence for reason in quality.reasons)
        raise EpiscribeError(
            f"{obtained.name} scores {quality.score}, less than {options['quality']}: {reasons}"
        )
    return Accepted(cleaned, quality, obtained)


def _refusal(refusals: dict[str, EpiscribeError], choices: Sequence[Choice]) -> EpiscribeError:
    """One failure for all modules; it is worth trying again when that holds for one of them."""
    if not refusals:
        reasons = "; ".join(f"{choice.module}: {choice.why}" for choice in choices)
        return EpiscribeError(f"there is no way to a transcript: {reasons}", FailureKind.NONE)
    told = "; ".join(f"{module}: {refusal}" for module, refusal in refusals.items())
    return joined(f"no transcript can be used: {told}", list(refusals.values()))


def _write(job: Job, module: str, accepted: Accepted, episode: Episode) -> None:
    transcript, quality, obtained = accepted.transcript, accepted.quality, accepted.obtained
    provenance = {"module": module, **obtained.provenance}
    cues = caption_cues(transcript.segments)
    captions = Transcript(tuple(cues), language=transcript.language)
    write_atomically(job.folder / "transcript.json", write_podcast_json(transcript, provenance=provenance))
    write_atomically(
        job.folder / "transcript.vtt", write_transcript(captions, "vtt", duration=episode.duration)
    )
    write_atomically(job.folder / "transcript.txt", write_transcript(transcript, "txt"))
    write_atomically(job.folder / "quality.yaml", to_yaml(_quality_record(quality)))
    words = sum(len(segment.text.split()) for segment in transcript.segments if segment.kind == "speech")
    job.note(
        module=module,
        metrics={
            "quality": quality.score,
            "words": words,
            "language": transcript.language,
            "transcript_seconds": transcript.seconds,
            **obtained.metrics,
        },
    )


def _write_chapters(job: Job, transcript: Transcript, episode: Episode, given: Original | None) -> None:
    """Chapters are made here, where nothing has to be read again for them: notes and assessment, which both
    name them, need not wait for each other.
    """
    from episcribe.study.chapters import chapters_json, episode_chapters, read_chapters_json

    chapters = episode_chapters(episode, transcript, read_chapters_json(given.data) if given else ())
    write_atomically(job.folder / "chapters.json", chapters_json(chapters))
    job.note(metrics={**job.details["metrics"], "chapters": len(chapters)})


def _quality_record(quality: Quality) -> dict[str, object]:
    return {
        "score": quality.score,
        "reasons": [
            {"name": reason.name, "points": reason.points, "text": reason.sentence}
            for reason in quality.reasons
        ],
        "measures": quality.measures,
    }


def main() -> int:
    """`transcript.json OPTIONS LOG MAY_HEAR`; MAY_HEAR is 1 when the job holds the resource `speech`."""
    *arguments, may_hear = sys.argv[1:]
    return run_job("transcript", lambda job: get_transcript(job, may_hear=may_hear == "1"), arguments)


if __name__ == "__main__":
    sys.exit(main())
