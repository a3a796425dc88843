"""Short-answer questions: the model answer is a passage of the transcript, word for word."""

import re
from collections.abc import Iterator, Sequence

from episcribe.study.questions.answers import is_capitalised
from episcribe.study.questions.cloze import richness
from episcribe.study.questions.distractors import is_person
from episcribe.study.questions.material import Material
from episcribe.study.questions.model import Question
from episcribe.study.questions.sentences import Sentence, tokenise
from episcribe.text.words import content_words, stems, stopwords

_MOST_WORDS = 90
_ENOUGH_WORDS = 15
_ADDING = frozenset("but and also or then und aber et mais y pero e ma mas en maar".split())
_HEDGED = re.compile(
    r"(?:,?\s+(?:mainly|largely|mostly|partly|primarily|specifically|probably|just|simply|especially|"
    r"basically|I think|I guess))+$"
)
_QUOTE_MARK = re.compile(r"[\"“”„«»]")
_ROW = re.compile(r"(?:,|\b(?:and|or|und|oder|et|ou|y|o|e|en|of))\s*$")
_OPEN_END = re.compile(r"(?:\.\.|…|--|[-–—,])\s*$")
_BREAK = re.compile(r"--|\.\.|…")
_SO_THAT = re.compile(r"[\s,;:–—-]+$")


def short_answer_questions(material: Material) -> Iterator[Question]:
    """Questions asked in the conversation, definitions, reasons, with scores."""
    yield from _asked(material)
    yield from _defined(material)
    yield from _reasons(material)
    yield from _explained(material)
    if material.grammar.code == "en":
        from episcribe.study.questions import english_patterns

        yield from english_patterns.questions(material)


def _asked(material: Material) -> Iterator[Question]:
    """What one speaker asks another, and the answer that follows."""
    for place, sentence in enumerate(material.sentences):
        question = _stand_alone_question(material, place)
        if question is None:
            continue
        passage = _reply(material, place)
        if passage is None:
            continue
        frames = material.grammar.frames
        named = passage[0].speaker and sentence.speaker
        frame = frames["asked of" if named else "asked"]
        yield _question(
            material,
            frame.format(asker=material.speaker(sentence), speaker=material.speaker(passage[0])),
            passage,
            topic=question.lower(),
            quote=question,
            score=1.0 + _worth(material, passage) + richness(material, sentence),
            evidence=[sentence, *material.sentences[place + 1 : _place(material, passage[-1]) + 1]],
        )


def _place(material: Material, sentence: Sentence) -> int:
    low, high = 0, len(material.sentences) - 1
    while low < high:
        middle = (low + high) // 2
        if material.sentences[middle].index < sentence.index:
            low = middle + 1
        else:
            high = middle
    return low


def _stand_alone_question(material: Material, place: int) -> str | None:
    """The question as it can be asked alone, or None: it asks for something, and says for what."""
    grammar = material.grammar
    sentence = material.sentences[place]
    core = sentence.core
    if not core.endswith("?") or not 4 <= len(sentence.tokens) <= 28 or grammar.junk.search(core):
        return None
    lowers = [token.lower for token in sentence.tokens]
    if lowers[0] not in grammar.interrogatives and not (grammar.requests and grammar.requests.match(core)):
        return None
    if any(word in grammar.pronouns for word in lowers) or (
        grammar.leaning is not None and grammar.leaning.search(core)
    ):
        return None
    if (
        "--" in core
        or "..." in core
        or '"' in core
        or (grammar.pointing is not None and grammar.pointing.search(core))
    ):
        return None
    spoken = {part.lower() for part in material.speakers}
    said = [word for word in content_words(core, grammar.code) if word not in spoken]
    if len(said) < 2 or (not any(word in material.heavy for word in said) and not material.names[place]):
        return None
    return core[:1].upper() + core[1:]


def _reply(material: Material, place: int) -> list[Sentence] | None:
    """The best few sentences near the beginning of the answer, by another speaker or by nobody named."""
    asker = material.sentences[place].speaker
    at = place + 1
    limit = min(len(material.sentences), place + 6)
    while at < limit and (
        len(material.sentences[at].tokens) < 4 or (asker and material.sentences[at].speaker == asker)
    ):
        at += 1
    if at >= limit:
        return None
    turn = _passage(material.sentences[at:], material.sentences[at].speaker, 9, 250)
    asked = frozenset(stems(material.sentences[place].text, material.grammar.code))
    best: tuple[float, list[Sentence]] | None = None
    for first in range(min(5, len(turn))):
        if turn[first].core.endswith("?"):
            break
        for last in range(first + 1, min(first + 4, len(turn)) + 1):
            late = first > 0 and turn[first].core.split()[0].lower() in material.grammar.pronouns
            value = _reply_worth(material, turn[first:last], asked) - 0.15 * first - 0.4 * late
            if value > 0.1 and (best is None or value > best[0]):
                best = value, turn[first:last]
    return best[1] if best is not None else None


def _reply_worth(material: Material, part: Sequence[Sentence], asked: frozenset[str]) -> float:
    """How good an answer a passage is to what was asked, by the stems of its words; 0 for none at all."""
    first, code = part[0], material.grammar.code
    if not _ENOUGH_WORDS <= sum(len(sentence.tokens) for sentence in part) <= _MOST_WORDS:
        return 0.0
    if not first.core[:1].isalnum() or material.grammar.junk.search(first.text):
        return 0.0
    if part[-1].core.endswith("?") or _OPEN_END.search(first.text) or _OPEN_END.search(part[-1].text):
        return 0.0
    said = stems(" ".join(sentence.text for sentence in part), code)
    goes_on = first.text.split()[0].lower() in _ADDING
    return (
        _worth(material, part) + 0.12 * (len(part) - 1) - 0.3 * goes_on + 0.25 * (not asked.isdisjoint(said))
    )


def _passage(
    sentences: Sequence[Sentence], speaker: str | None, most: int, most_words: int = _MOST_WORDS
) -> list[Sentence]:
    passage: list[Sentence] = []
    count = 0
    for sentence in sentences[:most]:
        count += len(sentence.tokens)
        if sentence.speaker != speaker or (passage and count > most_words):
            break
        passage.append(sentence)
    return passage


def _defined(material: Material) -> Iterator[Question]:
    frame = material.grammar.frames["define"]
    for definition in material.definitions:
        place = _place(material, definition.sentence)
        passage = _passage(material.sentences[place : place + 1], definition.sentence.speaker, 1)
        yield _question(
            material,
            frame.format(term=definition.term, speaker=material.speaker(definition.sentence)),
            passage,
            topic=definition.term.lower(),
            score=1.4 + definition.sentence.clarity + richness(material, definition.sentence),
        )


def _reasons(material: Material) -> Iterator[Question]:
    grammar = material.grammar
    if grammar.because is None:
        return
    for sentence in material.sentences:
        match = grammar.because.match(sentence.core) if sentence.clarity > 0 else None
        if match is None or grammar.because.match(match["claim"]):
            continue
        claim, reason = _HEDGED.sub("", match["claim"]), match["rest"]
        if not _is_whole(material, claim) or len(content_words(reason, grammar.code)) < 4:
            continue
        yield _question(
            material,
            grammar.frames["why"].format(speaker=material.speaker(sentence)),
            [sentence],
            answer=reason,
            quote=_SO_THAT.sub("", claim[:1].upper() + claim[1:]),
            topic=" ".join(content_words(claim, grammar.code)[:4]),
            score=1.1 + 0.4 * sentence.clarity + richness(material, sentence),
        )


def _is_whole(material: Material, claim: str) -> bool:
    """True for a claim that stands without what was said before, and has to do with the episode."""
    grammar = material.grammar
    lowers = [token.lower for token in tokenise(claim)]
    if (
        len(lowers) < 6
        or any(word in grammar.pronouns for word in lowers)
        or lowers[-1] in stopwords(grammar.code)
    ):
        return False
    if (grammar.leaning is not None and grammar.leaning.search(claim)) or _QUOTE_MARK.search(claim):
        return False
    return sum(word in material.heavy for word in lowers) >= 1


def _explained(material: Material) -> Iterator[Question]:
    """Terms that are spoken of at one place, with the passage that does."""
    places: dict[str, list[int]] = {}
    for place in range(len(material.sentences)):
        for answer in (*material.names[place], *material.terms[place]):
            known = places.setdefault(answer.text, [])
            if not known or known[-1] != place:
                known.append(place)
    for term, found in places.items():
        if not _is_local(material, term, found):
            continue
        best = max(
            ((_explaining(material, term, place), place) for place in found),
            key=lambda pair: (pair[0][0], -pair[1]),
        )
        (score, passage), _ = best
        if passage:
            sentence = passage[0]
            yield _question(
                material,
                material.grammar.frames["explain"].format(speaker=material.speaker(sentence), term=term),
                passage,
                topic=term.lower(),
                score=score,
            )


def told_questions(material: Material) -> Iterator[Question]:
    """What is said where a name or term first comes up: plain, for talk that gives no better questions."""
    seen: set[str] = set()
    for place, sentence in enumerate(material.sentences):
        for answer in (*material.names[place], *material.terms[place]):
            term = answer.text
            if term in seen or not (" " in term or is_capitalised(term)):
                continue
            seen.add(term)
            if len(sentence.tokens) < _ENOUGH_WORDS or sentence.core.endswith("?"):
                continue
            yield _question(
                material,
                material.grammar.frames["told"].format(speaker=material.speaker(sentence), term=term),
                [sentence],
                topic=term.lower(),
                score=0.2 + sentence.clarity + _worth(material, [sentence]),
            )


def _is_local(material: Material, term: str, found: Sequence[int]) -> bool:
    """True for a term or name that is no everyday word, and is spoken of in few places."""
    if not (" " in term or is_capitalised(term)) or not 2 <= len(found) <= 16 or is_person(term):
        return False
    return term in material.vocabulary.names or term.lower() in material.vocabulary.weights


def _explaining(material: Material, term: str, place: int) -> tuple[float, list[Sentence]]:
    sentence = material.sentences[place]
    at = sentence.core.lower().find(term.lower())
    if (
        sentence.clarity < 0.45
        or not 0 <= at <= 24
        or _ROW.search(sentence.core[:at])
        or not _is_followed_by_a_verb(material, sentence, at + len(term))
    ):
        return 0.0, []
    passage = [sentence]
    count = len(sentence.tokens)
    for other in material.sentences[place + 1 : place + 3]:
        count += len(other.tokens)
        if other.speaker != sentence.speaker or count > _MOST_WORDS or not _goes_on(material, other, term):
            break
        passage.append(other)
    told = sum(len(other.tokens) for other in passage)
    if told < (18 if len(passage) > 1 else 22) or sentence.tokens[0].lower in material.grammar.conditionals:
        return 0.0, []
    return 0.55 + sentence.clarity + richness(material, sentence) + 0.2 * (len(passage) - 1), passage


def _is_followed_by_a_verb(material: Material, sentence: Sentence, end: int) -> bool:
    following = next((token for token in sentence.tokens if token.start >= end), None)
    if following is None or sentence.core[end : end + 1] != " ":
        return False
    return following.lower in material.grammar.verbs or following.lower.endswith(
        material.grammar.verb_endings
    )


def _goes_on(material: Material, sentence: Sentence, term: str) -> bool:
    """True for a sentence that says more of the same thing."""
    if (
        sentence.core.endswith("?")
        or "--" in sentence.text
        or "..." in sentence.text
        or len(sentence.tokens) < 5
    ):
        return False
    if material.grammar.junk.search(sentence.text) or any(
        t.lower in material.grammar.first_person for t in sentence.tokens
    ):
        return False
    return term.lower() in sentence.core.lower() or sentence.tokens[0].lower in material.grammar.pronouns


def _worth(material: Material, passage: Sequence[Sentence]) -> float:
    """How much a passage says: the weight of its words, less fillers and broken-off sentences."""
    count = sum(len(sentence.tokens) for sentence in passage)
    vague = sum(token.lower in material.grammar.vague for sentence in passage for token in sentence.tokens)
    broken = sum(_BREAK.search(sentence.text) is not None for sentence in passage)
    junk = sum(material.grammar.junk.search(sentence.text) is not None for sentence in passage)
    rich = sum(richness(material, sentence) for sentence in passage) / len(passage)
    return 0.3 + rich - 2.0 * vague / count - 0.35 * broken - 0.3 * junk


def _question(
    material: Material,
    prompt: str,
    passage: Sequence[Sentence],
    *,
    topic: str,
    score: float,
    answer: str | None = None,
    quote: str | None = None,
    evidence: Sequence[Sentence] | None = None,
) -> Question:
    whole = " ".join((passage[0].body, *(sentence.text for sentence in passage[1:])))
    first = evidence[0] if evidence else passage[0]
    return Question(
        kind="short answer",
        prompt=prompt,
        quote=quote,
        answer=answer or whole[:1].upper() + whole[1:],
        evidence=" ".join(sentence.text for sentence in evidence or passage),
        segment=first.index,
        start=first.start,
        speaker=passage[0].speaker,
        topic=topic,
        score=score,
    )
