"""English sentences whose grammar carries a question: problems, conditions, enumerations, contrasts."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from episcribe.study.questions.answers import is_capitalised
from episcribe.study.questions.cloze import richness
from episcribe.study.questions.material import Material
from episcribe.study.questions.model import BLANK, Question
from episcribe.study.questions.sentences import Sentence, tokenise
from episcribe.text.words import content_words, stems

_NOUN_IS = re.compile(
    r"^(?P<noun>(?:the|one)\s+(?:(?:main|biggest|primary|big|only|original|whole|basic|core|key|general|"
    r"real|major|initial|ultimate|"
    r"fundamental|central|most important|of the (?:main|biggest|big|key|major)?)\s+)*"
    r"(?:reasons?|problems?|challenges?|ideas?|goals?|purpose|advantages?|benefits?|drawbacks?|downsides?|"
    r"disadvantages?|trade-?offs?|"
    r"risks?|dangers?|difference|point|trick|motivation|theory|argument|issues?|concerns?|limitations?|"
    r"approach|solution|"
    r"beauty|power|promise|key|role|job|intent|intuition|insight|lesson|principles?)\s+"
    r"(?:with|of|behind|to|for|in|between|about|why|that|we|you)\s+(?P<topic>[^,;:]{6,90}?))"
    r"\s+(?P<verb>is|was)\s+(?:basically\s+|essentially\s+|really\s+|just\s+|simply\s+)?"
    r"(?P<rest>(?:that|to|because|how|you|we|if|when|an?|the)\s+(?!same\b|only\b|one\b).{24,}?)[.!]?$",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?P<clause>(?:if|when|once|whenever|as soon as)\s+(?!you (?:think|look|want|know|remember|see|go|"
    r"ask|consider|compare|listen|say|like|"
    r"talk|just|don't|read|search|google|get a "
    r"chance)\b)[^,]{18,120}),\s+(?:then\s+)?(?P<rest>.{24,}?)[.!]?$",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(
    r"\bthere\s+(?:are|were)\s+(?:really\s+|basically\s+|kind of\s+|essentially\s+|actually\s+)?"
    r"(?P<what>(?:two|three|four|five|six)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:ways|types|kinds|sorts|reasons|parts|components|phases|stages|levels|categories|options|steps|"
    r"layers|approaches|modes|"
    r"problems|challenges|goals|pieces|methods|strategies|techniques|rules|principles|dimensions|forms|"
    r"groups|schools|sides|aspects)"
    r"(?:\s+(?:of|to|in|for|that|when|with|which|you|we|how|why)\s+[^.,;:?]{3,60})?)",
    re.IGNORECASE,
)
_ENUMERATOR = re.compile(
    r"^(?:(?:so|and|but|then),?\s+)?(?:first|firstly|one\s+(?:is|of|would|was|way)|the\s+(?:first|second|"
    r"third|other|last)|number\s+(?:one|two|three)"
    r"|second|secondly|third|another|there(?:'s|’s| is| are))\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"^(?P<claim>.{30,140}?),?\s+(?P<rest>(?:whereas|as opposed to)\s+.{18,}?)[.!]?$", re.IGNORECASE
)
_EMPTY_RESULT = re.compile(
    r"^(?:(?:that|it|this)(?:'s|’s| is| was| would be| can be| could be)\s+(?:\w+\s+)?(?:\w+)$"
    r"|(?:that['’]s|that is|which|or|and|but|so|like|where|who|while|especially|maybe|because|whether|if|"
    r"when)\b|"
    r"(?:i|we|let|please|go|feel|don't|you should|you'd "
    r"better|by all means|then)\b)",
    re.IGNORECASE,
)

_WE = frozenset("i i'm i've my me we we're we've our us".split())
_AFTER_VERB = frozenset("a an the its his her their your my to more less no this that it you them".split())
_VERBAL = ("ed", "'ll", "’ll", "'re", "’re", "'s", "’s", "'ve", "’ve", "n't", "n’t")


def questions(material: Material) -> Iterator[Question]:
    """Short-answer questions for English, with scores."""
    for place, sentence in enumerate(material.sentences):
        if len(sentence.tokens) < 8 or sentence.clarity <= 0:
            if sentence.tokens:
                yield from _enumeration(material, place, sentence)
            continue
        yield from _noun_is(material, sentence)
        yield from _condition(material, sentence)
        yield from _contrast(material, sentence)
        yield from _enumeration(material, place, sentence)
    yield from _relations(material)


def _noun_is(material: Material, sentence: Sentence) -> Iterator[Question]:
    match = _NOUN_IS.match(sentence.core)
    if match is None or not _is_clear(material, match["topic"]):
        return
    noun, speaker = match["noun"], material.speaker(sentence)
    first_person = any(token.lower in material.grammar.personal for token in tokenise(noun))
    if first_person:
        prompt = f"How does {speaker} finish this sentence?"
        said = sentence.core[: match.start("rest")] + BLANK
        quote: str | None = said[:1].upper() + said[1:]
    else:
        prompt, quote = f"What {match['verb']} {noun[:1].lower()}{noun[1:]}, according to {speaker}?", None
    yield _make(material, prompt, sentence, match["rest"], noun, worth=1.6, quote=quote)


def _condition(material: Material, sentence: Sentence) -> Iterator[Question]:
    match = _CONDITION.match(sentence.core)
    if match is None:
        return
    clause, rest = match["clause"], match["rest"]
    lowers = {token.lower for token in tokenise(clause)}
    if not _is_clear(material, clause) or lowers & _WE:
        return
    if not _has_verb(material, rest.partition(",")[0]):
        return
    if (
        _EMPTY_RESULT.match(rest)
        or len(content_words(rest, "en")) < 3
        or len(content_words(clause, "en")) < 2
    ):
        return
    verb = "happens" if clause.lower().startswith(("when", "once", "as soon")) else "follows"
    prompt = f"What, according to {material.speaker(sentence)}, {verb} {clause[:1].lower()}{clause[1:]}?"
    yield _make(material, prompt, sentence, rest, clause, worth=1.2)


def _has_verb(material: Material, clause: str) -> bool:
    """True for words that make a clause: a known verb, or one by its ending ("loses its strength")."""
    lowers = [token.lower for token in tokenise(clause)]
    if any(word in material.grammar.verbs or word.endswith(_VERBAL) for word in lowers):
        return True
    return any(word.endswith("s") and following in _AFTER_VERB for word, following in pairwise(lowers[1:]))


def _contrast(material: Material, sentence: Sentence) -> Iterator[Question]:
    match = _CONTRAST.match(sentence.core)
    if match is None or not _is_clear(material, match["claim"]):
        return
    if match["claim"].lower().startswith(("whereas", "while", "as opposed")):
        return
    claim = match["claim"]
    prompt = f"With what does {material.speaker(sentence)} contrast this?"
    yield _make(
        material, prompt, sentence, match["rest"], claim, worth=1.2, quote=claim[:1].upper() + claim[1:]
    )


def _enumeration(material: Material, place: int, sentence: Sentence) -> Iterator[Question]:
    match = _ENUMERATION.search(sentence.core)
    if match is None or sentence.core.endswith("?") or material.grammar.junk.search(sentence.core):
        return
    what = match["what"]
    if not _is_clear(material, what) or any(t.lower in material.grammar.personal for t in tokenise(what)):
        return
    following = _enumerated(material.sentences[place + 1 : place + 6], sentence.speaker)
    tail = sentence.core[match.end() :]
    if not following and not re.match(r"\s*[:–—-]\s*\S.*\b(?:and|or)\b", tail):
        return
    passage = [sentence, *following]
    evidence = " ".join(part.text for part in passage)
    yield Question(
        kind="short answer",
        prompt=f"{material.speaker(sentence)} says that there are {what}. Which are they?".replace(
            "the speaker", "The speaker", 1
        ),
        answer=evidence,
        evidence=evidence,
        segment=sentence.index,
        start=sentence.start,
        speaker=sentence.speaker,
        topic=what.lower(),
        score=1.9 + richness(material, sentence),
    )


def _enumerated(sentences: Sequence[Sentence], speaker: str | None) -> list[Sentence]:
    """The sentences up to the last that counts on, when at least one does so right away."""
    last, count = 0, 0
    for i, sentence in enumerate(sentences, 1):
        count += len(sentence.tokens)
        if sentence.speaker != speaker or sentence.core.endswith("?") or count > 100:
            break
        if _ENUMERATOR.match(sentence.text):
            last = i
        elif i == 1:
            break
    return list(sentences[:last])


def _relations(material: Material) -> Iterator[Question]:
    """How two key terms hang together, where one clear sentence says it."""
    weights = material.vocabulary.weights
    for place, sentence in enumerate(material.sentences):
        if sentence.clarity < 0.8 or len(sentence.tokens) < 12:
            continue
        heavy = sorted(
            material.terms[place], key=lambda answer: (-weights.get(answer.text.lower(), 0.0), answer.start)
        )[:2]
        if len(heavy) < 2 or min(weights.get(answer.text.lower(), 0.0) for answer in heavy) < 0.25:
            continue
        if stems(heavy[0].text, "en") == stems(heavy[1].text, "en") or not all(
            " " in answer.text or is_capitalised(answer.text) for answer in heavy
        ):
            continue
        one, other = (answer.text for answer in sorted(heavy, key=lambda answer: answer.start))
        prompt = f"How does {material.speaker(sentence)} connect “{one}” and “{other}”?"
        yield _make(material, prompt, sentence, sentence.text, f"{one} {other}", worth=0.85)


def _is_clear(material: Material, text: str) -> bool:
    lowers = [token.lower for token in tokenise(text)]
    return not any(
        word in material.grammar.pronouns or word in ("here", "that", "this") for word in lowers[1:]
    )


def _make(
    material: Material,
    prompt: str,
    sentence: Sentence,
    answer: str,
    topic: str,
    *,
    worth: float,
    quote: str | None = None,
) -> Question:
    return Question(
        kind="short answer",
        prompt=prompt,
        quote=quote,
        answer=answer,
        evidence=sentence.text,
        segment=sentence.index,
        start=sentence.start,
        speaker=sentence.speaker,
        topic=topic.lower(),
        score=worth + 0.4 * sentence.clarity + richness(material, sentence),
    )
