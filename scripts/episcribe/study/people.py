"""Who takes part in an episode."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.library.episode import Episode
from episcribe.library.transcript import Segment, Transcript
from episcribe.study.links import safe_url

_NOBODY = re.compile(
    r"(?:speaker|spk|sprecher|unknown|unidentified|narrator|guest|host|voice|participant|person|audience|member"
    r"|interviewer|interviewee|moderator|man|woman|male|female|locuteur|locutor|hablante|relatore|all|both|various"
    r"|music|announcer|break|jingle|sponsor|ad|advert|intro|outro|trailer|s|q|a)?[\s_#-]*(?:\d{1,3}|[A-Za-z])?",
    re.IGNORECASE,
)
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who takes part: `share` of the words (0 to 1), `first` the first sentence; or None."""

    name: str
    role: str | None = None
    href: str | None = None
    share: float | None = None
    first: int | None = None


def participants(episode: Episode, transcript: Transcript, limit: int = 12) -> list[Participant]:
    """Those whom the feed names, in its order, then those who speak, by how much they say; each once.

    Speakers whom the transcript only numbers are left out.
    """
    words, first = _said(transcript.segments)
    total = words.total() or 1
    known: dict[str, Participant] = {}
    for person in episode.persons:
        name = _name(person.name)
        speaker = _speaker(name, words)
        if not name or name.casefold() in known:
            continue
        known[name.casefold()] = Participant(
            name,
            _name(person.role) or None,
            safe_url(person.href) if person.href else None,
            words[speaker] / total if speaker else None,
            first[speaker] if speaker else None,
        )
    taken = {_speaker(one.name, words) for one in known.values()}
    for speaker, count in sorted(words.items(), key=lambda item: (-item[1], item[0])):
        name = _name(speaker)
        if name and speaker not in taken and name.casefold() not in known and not is_nobody(name):
            known[name.casefold()] = Participant(name, None, None, count / total, first[speaker])
    return list(known.values())[:limit]


def is_nobody(name: str) -> bool:
    """True for a label that numbers a speaker (`Speaker 2`) and names nobody."""
    return bool(_NOBODY.fullmatch(name.strip())) or not any(c.isalpha() for c in name)


def _name(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _said(segments: Sequence[Segment]) -> tuple[Counter[str], dict[str, int]]:
    """Letters said by each speaker, and the first sentence of each."""
    said: Counter[str] = Counter()
    first: dict[str, int] = {}
    for i, segment in enumerate(segments):
        if segment.speaker and segment.kind == "speech":
            said[segment.speaker] += len(segment.text)
            first.setdefault(segment.speaker, i)
    return said, first


def _speaker(name: str, words: Counter[str]) -> str | None:
    """The speaker label that means `name`: the same name, or a part of it that is no one else's."""
    folded = name.casefold()
    exact = [speaker for speaker in words if _name(speaker).casefold() == folded]
    parts = set(folded.split())
    partial = [speaker for speaker in words if _name(speaker).casefold() in parts]
    found = exact or partial
    return found[0] if len(found) == 1 else None
