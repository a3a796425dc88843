"""What of a show's settings changes what a stage makes: the parameters that Snakemake and seals watch."""

import json
from hashlib import blake2b
from typing import Any

from episcribe.library.config import ShowSettings
from episcribe.library.layout import STAGES


def stage_options(settings: ShowSettings, stage: str, *, subject: str | None, title: str | None) -> str:
    """The options of a stage as JSON, its version among them; the same settings give the same text."""
    about = {"language": settings.language, "subject": subject, "title": title}
    own = {
        "transcript": _transcript_options(settings),
        "notes": {**settings.notes.model_dump(mode="json"), **about},
        "assessment": {**settings.assessment.model_dump(mode="json"), **about},
        "notes_pdf": settings.pdf.model_dump(mode="json"),
        "assessment_pdf": settings.pdf.model_dump(mode="json"),
        "state": {},
    }[stage]
    return json.dumps({"version": STAGES[stage].version, **own}, sort_keys=True)


def _transcript_options(settings: ShowSettings) -> dict[str, Any]:
    modules = {
        "youtube": settings.youtube_videos,
        "website": settings.website,
        "speech": settings.speech,
    }
    return {
        **settings.transcript.model_dump(mode="json"),
        "language": settings.language,
        **{name: own.model_dump(mode="json") for name, own in modules.items()},
    }


def options_digest(options: dict[str, str]) -> str:
    """One digest of the options of all stages of a show."""
    everything = "\n".join(f"{stage} {options[stage]}" for stage in sorted(options))
    return blake2b(everything.encode(), digest_size=12).hexdigest()
