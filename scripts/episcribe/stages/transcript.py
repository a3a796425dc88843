"""Make the transcript of an episode: the first of its variants that is readable and good enough."""

import sys
from dataclasses import dataclass, replace

from episcribe.library.episode import Episode, TranscriptLink
from episcribe.library.episode_file import read_episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.files import write_atomically
from episcribe.library.plain_yaml import to_yaml
from episcribe.library.transcript import Transcript
from episcribe.stages.job import Job, run_job
from episcribe.stages.originals import Original, Originals
from episcribe.text.cleaning import clean_transcript
from episcribe.text.quality import Quality, assess_quality, passes
from episcribe.transcripts.captions import caption_cues
from episcribe.transcripts.declared import declared_format
from episcribe.transcripts.podcast_json import write_podcast_json
from episcribe.transcripts.reading import read_transcript
from episcribe.transcripts.writing import write_transcript


@dataclass(frozen=True, slots=True)
class Accepted:
    """A variant that passed, with the bytes that it came from."""

    transcript: Transcript
    quality: Quality
    original: Original


def get_transcript(job: Job) -> None:
    """Try the episode's variants in the configured order and write what the first good one says."""
    episode = read_episode(job.folder)
    with Originals(job.folder / "source") as originals:
        accepted = _first_good(episode, job, originals)
        if episode.chapters is not None:
            originals.try_to_get(episode.chapters.url, "chapters")
    _write(job, accepted, episode)


def order_variants(episode: Episode, preference: list[str], language: str | None) -> list[TranscriptLink]:
    """The episode's transcripts, best first: by spoken language, preferred format, order in the source."""
    spoken = (language or episode.language or "").partition("-")[0].lower()

    def rank(link: TranscriptLink) -> tuple[bool, int]:
        other = bool(spoken and link.language and link.language.partition("-")[0].lower() != spoken)
        kind = declared_format(link.type, link.url)
        return other, preference.index(kind) if kind in preference else len(preference)

    return sorted(episode.transcripts, key=rank)


def _first_good(episode: Episode, job: Job, originals: Originals) -> Accepted:
    refusals: list[EpiscribeError] = []
    for link in order_variants(episode, job.options["prefer"], job.options["language"]):
        try:
            accepted = _read(link, episode, job, originals)
        except EpiscribeError as refusal:
            refusals.append(refusal)
            continue
        job.note(refused=[str(refusal) for refusal in refusals] or None)
        return accepted
    raise _refusal(refusals)


def _read(link: TranscriptLink, episode: Episode, job: Job, originals: Originals) -> Accepted:
    original = originals.get(link.url, link.type, "transcript")
    read = read_transcript(
        original.data,
        declared_type=original.type,
        name=original.url,
        language=link.language or episode.language,
    )
    if job.options["language"]:
        read = replace(read, language=job.options["language"])
    cleaned = clean_transcript(read)
    quality = assess_quality(cleaned, duration=episode.duration)
    if not passes(quality, job.options["quality"]):
        reasons = "; ".join(reason.sentence for reason in quality.reasons)
        raise EpiscribeError(
            f"{original.name} scores {quality.score}, less than {job.options['quality']}: {reasons}"
        )
    return Accepted(cleaned, quality, original)


def _refusal(refusals: list[EpiscribeError]) -> EpiscribeError:
    """One failure for all variants; it is worth trying again when that holds for one of them."""
    if not refusals:
        return EpiscribeError("the episode offers no transcript", FailureKind.NONE)
    kinds = {refusal.kind for refusal in refusals}
    order = (FailureKind.TRANSIENT, FailureKind.BLOCKED, FailureKind.PERMANENT, FailureKind.NONE)
    kind = next(kind for kind in order if kind in kinds)
    return EpiscribeError("no transcript can be used: " + "; ".join(map(str, refusals)), kind)


def _write(job: Job, accepted: Accepted, episode: Episode) -> None:
    transcript, quality, original = accepted.transcript, accepted.quality, accepted.original
    module = "files" if any(key.startswith("file:") for key in episode.keys) else "rss"
    provenance = {
        "module": module,
        "url": original.url,
        "file": f"source/{original.name}",
        "type": original.type,
        "sha256": original.sha256,
        "is_translation": False,
    }
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
        metrics={"quality": quality.score, "words": words, "language": transcript.language},
    )


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
    """`transcript.json OPTIONS LOG`."""
    return run_job("transcript", get_transcript)


if __name__ == "__main__":
    sys.exit(main())
