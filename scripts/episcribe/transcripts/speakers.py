"""Names of speakers that stand in the text itself: `Ada Byron: Good morning.`"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from episcribe.library.transcript import Segment
from episcribe.transcripts.wording import sound_in

LABEL = re.compile(
    r"(?:>>+[ \t]*)?(?P<name>[^\W_](?:[^\s:：<>\[\]{}\"“”!?;|=]|[ \t](?=\S)){0,47})(?::(?=\s|$)|：)\s*"
)
# A full stop after a long word, or a comma before anything but a title such as PhD.
_SENTENCE = re.compile(r"\w{4}\. |, (?![A-Z][\w.]{0,5}$)")
_ANONYMOUS = re.compile(r">>+[ \t]*")
_PARTICLES = frozenset(
    "a al and & bin da das de del della den der di do dos du e el ibn la le of ten ter the van von y "
    "zu".split()
)
# Words that are written before a colon and are nobody's name.
_NEVER = frozenset(
    "act attention audio bonus book caution caveat chapter chapters conclusion credit credits date day "
    "description disclaimer duration "
    "email episode example examples figure http https idea item lesson lesson link links location media "
    "music note notes nota "
    "number option part ps rule scene section see slide slides source sources step subject subtitles "
    "summary table "
    "takeaway tip title todo topic topics transcribed transcript transcription update video volume "
    "warning website "
    "remember meaning also however because result results spoiler plus".split()
)
_GENERIC = frozenset(
    "all announcer audience caller crowd everyone female guest guests host hosts interviewee interviewer "
    "male man "
    "moderator narrator panelist participant presenter respondent sprecher sprecherin speaker spk unknown "
    "voice "
    "voiceover woman".split()
)


def label_in(text: str) -> tuple[str, str] | None:
    """The candidate for a name at the start of `text` and what follows it, else None.

    A candidate has at most 48 characters and seven words, and looks like no sentence: whether it is a
    name is for `speaker_names` to say, which sees the whole file.
    """
    match = LABEL.match(text) if ":" in text[:60] or "：" in text[:60] else None
    if match is None:
        return None
    name = match["name"].strip()
    if name.count(" ") > 6 or not any(map(str.isalpha, name)) or _SENTENCE.search(name):
        return None
    return name, text[match.end() :]


def looks_like_name(label: str) -> bool:
    """True when every word of `label` is written as names are, and none is a word like `Note`."""
    words = label.replace(".", ". ").split()
    if words[0].casefold().strip(".#") in _NEVER or words[-1].casefold() in _NEVER or len(words) > 5:
        return False
    if words[0].casefold().rstrip("0123456789_#") in _GENERIC:
        return True
    capital = [word for word in words if word.casefold() not in _PARTICLES]
    return bool(capital) and all(_starts_like_name(word) for word in capital)


def speaker_names(
    labels: Sequence[str], *, names_speakers: bool, known: Iterable[str] = ()
) -> frozenset[str]:
    """Which of the candidate `labels`, one for every place where one stands, are names of speakers.

    `names_speakers` says that the file does name its speakers: its very first words carry a name, say.
    `known` are names from elsewhere (a header), of which a first or last name is enough.
    """
    counts = Counter(labels)
    sure = {part.casefold() for name in known for part in (name, *name.split())}
    repeated = [label for label, count in counts.items() if count > 1 and looks_like_name(label)]
    accepted = set()
    for label, count in counts.items():
        name_like = looks_like_name(label)
        if (
            label.casefold() in sure
            or (name_like and (names_speakers or count > 1 or bool(repeated) or _unmistakable(label)))
            or (count > 3 and label[0].isupper() and _first_word(label) not in _NEVER)
        ):
            accepted.add(label)
    return frozenset(accepted)


def with_labels_as_speakers(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Caption cues with the names at the start of their texts as speakers, each until the next name.

    This is the convention of the podcast namespace for SRT: a name stands only where the speaker changes.
    A name after `>>`, the mark of a change in broadcast captions, is one for sure; a bare `>>` ends a
    named stretch. Sounds keep no speaker.
    """
    found = [label_in(segment.text) if segment.kind == "speech" else None for segment in segments]
    labels = [label[0] for label in found if label is not None]
    spoken = next(
        (label for label, segment in zip(found, segments, strict=True) if segment.kind == "speech"), None
    )
    marked = {label[0] for label, s in zip(found, segments, strict=True) if label and s.text.startswith(">")}
    sure = frozenset(filter(looks_like_name, marked))
    opens_with_name = spoken is not None and looks_like_name(spoken[0])
    names = speaker_names(labels, names_speakers=opens_with_name or bool(sure)) | sure
    if not names:
        return tuple(segments)
    speaker: str | None = None
    named: list[Segment] = []
    for segment, label in zip(segments, found, strict=True):
        text = segment.text
        if label is not None and label[0] in names:
            speaker, text = label
        elif segment.kind == "speech" and (mark := _ANONYMOUS.match(text)):
            speaker, text = None, text[mark.end() :]
        named.append(_spoken_by(segment, speaker, text, label is not None and label[0] in names))
    return tuple(segment for segment in named if segment.text)


def _spoken_by(segment: Segment, speaker: str | None, text: str, labelled: bool) -> Segment:
    sound = sound_in(text) if labelled else None
    if sound is not None:
        return replace(segment, text=sound, speaker=speaker, kind="sound")
    if segment.kind == "sound":
        return segment
    words = segment.words
    if labelled and words:
        words = words[len(segment.text[: len(segment.text) - len(text)].split()) :]
    return replace(segment, text=text, speaker=speaker, words=words)


def _unmistakable(label: str) -> bool:
    words = label.split()
    return _first_word(label) in _GENERIC or (1 < len(words) < 5) or (label.isupper() and len(label) > 2)


def _first_word(label: str) -> str:
    return label.split(maxsplit=1)[0].casefold().rstrip("0123456789_#")


def _starts_like_name(word: str) -> bool:
    first = word.lstrip("(\"'#")[:1]
    return first.isupper() or first.isdigit() or (first.isalpha() and not first.islower())
