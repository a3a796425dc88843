"""Who takes part in an episode."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from episcribe.library.episode import Episode
from episcribe.library.transcript import Segment, Transcript
from episcribe.study.links import safe_url

_NOBODY = re.compile(
    r"(?:speaker|spk|sprecher|unknown|unidentified|narrator|guest|host|voice|participant|person|audience"
    r"|member|interviewer|interviewee|moderator|man|woman|male|female|locuteur|locutor|hablante|relatore"
    r"|all|both|various|music|announcer|break|jingle|sponsor|ad|advert|intro|outro|trailer|s|q"
    r"|a)?[\s_#-]*(?:\d{1,3}|[A-Za-z])?",
    re.IGNORECASE,
)
_LONGEST = 80
_COMPANY = re.compile(
    r".*\b(?:inc|ltd|llc|gmbh|ag|corp|corporation|company|podcast|network|networks|studios?|media|radio|fm"
    r"|tv|university|institute|foundation|labs?|team|records|productions|group|association|society|museum"
    r"|verlag|stiftung|verein|institut|universität)\.?",
    re.IGNORECASE,
)
_CAPITALISED = r"(?-i:[^\W\d_a-zßà-öø-ÿ][\w'’-]+)"
_FULL_NAME = re.compile(
    rf"\b({_CAPITALISED}(?: (?:[A-Z]\.|{_CAPITALISED}|(?:van|von|de|der|den|del|della|di|da|le|la|bin|ibn"
    rf"|al)(?= [A-Z]))){{1,3}})"
)
_PLACE = frozenset(
    "bay strait gulf sea river lake street road avenue park island islands mountain city county state"
    " station observatory university college museum institute school hospital church bridge museum award"
    " prize act law day railway company foundation book theorem effect principle core press protocol"
    " network event events house square airport".split()
)
_MOST_SCANNED = 20_000


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who takes part: `share` of the words (0 to 1), `first` the first sentence; or None.

    `mentioned` says that the person is only spoken of, first in that sentence.
    """

    name: str
    role: str | None = None
    href: str | None = None
    share: float | None = None
    first: int | None = None
    mentioned: bool = False


def participants(episode: Episode, transcript: Transcript, limit: int = 12) -> list[Participant]:
    """Those whom the feed names, in its order, then those who speak, by how much they say, then those who are
    spoken of by their full names; each once.

    Speakers whom the transcript only numbers, and companies, are left out.
    """
    words, first = _said(transcript.segments)
    total = words.total() or 1
    known: dict[str, Participant] = {}
    for person in episode.persons:
        name = _name(person.name)
        speaker = _speaker(name, words)
        if (
            not name
            or name.casefold() in known
            or is_nobody(name)
            or (_COMPANY.fullmatch(name) and not speaker)
        ):
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
        if (
            name
            and speaker not in taken
            and name.casefold() not in known
            and not is_nobody(name)
            and not _COMPANY.fullmatch(name)
        ):
            known[name.casefold()] = Participant(name, None, None, count / total, first[speaker])
    present = {word for name in known for word in name.split()}
    spoken_of = _spoken_of(transcript.segments, present) if len(known) < limit else []
    return [*known.values(), *spoken_of][:limit]


def _spoken_of(segments: Sequence[Segment], present: set[str]) -> list[Participant]:
    """Those who are called by a common given name and another one, in the order they are first spoken of."""
    from episcribe.study.questions.given_names import GIVEN_NAMES

    found: dict[str, Participant] = {}
    for i, segment in enumerate(segments[:_MOST_SCANNED]):
        for match in _FULL_NAME.finditer(segment.text) if segment.kind == "speech" else ():
            words = re.sub(r"['’]s$", "", match[1]).split()
            folded = [word.casefold() for word in words]
            while folded and folded[0] not in GIVEN_NAMES:
                words, folded = words[1:], folded[1:]
            if (
                len(words) < 2
                or _PLACE.intersection(folded)
                or words[-1].isupper()
                or present.issuperset(folded[:1])
            ):
                continue
            name = " ".join(words)[:_LONGEST]
            if folded[-1] not in GIVEN_NAMES or len(words) > 2:
                found.setdefault(name.casefold(), Participant(name, first=i, mentioned=True))
    return list(found.values())


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
