"""Where a talk turns to another subject."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

from episcribe.library.transcript import Segment
from episcribe.text.words import base_language, is_spaceless, stems

# Found by random search with halves of meetings, interviews and joined talks held out in turn
# (benchmarks/quality_of_notes.py measures it); the optimum is flat: ±30 % in any one changes little.
_PENALTY = 4.5
_LENGTH_POWER = 0.9
_CHATTER_POWER = 0.7
_EVIDENCE_POWER = 0.5
_EDGE_WEIGHT = 1.9
_CUE_WEIGHT = 0.5
_MINIMUM_WORDS = 100
_USUAL_WORDS = 4000
_LENGTHY_WORDS = 12000
_USUAL_TURN = 40

_BLOCK_WORDS = 60
_MAX_BLOCKS = 160
_LONG_TURN = 400
_TALKATIVE = 80
_HEAD_WORDS = 40
_ACKNOWLEDGED = 5
_LEAST_SPREAD = 0.15

_OPENING = re.compile(
    r"(?:(?:um|uh|yeah|yes|great|cool|good|nice|awesome|right|well|thanks?|thank you[^.]{0,40})[\s,.!-]+)"
    r"{0,3}(?:okay|ok|alright|all right|so|now|also so|gut|bon|alors|bueno|allora|ok dunque|então)\b",
    re.IGNORECASE,
)
_TURNING = re.compile(
    r"\b(?:let's|let us|next|move on|moving on|go on to|turn to|start with|get into|last|final|finally|first"
    r"|talk(?:ing)? (?:a (?:little )?bit )?about|begin|agenda|item|topic|subject|questions?|switch|back to"
    r"|another thing|one more|other thing|speaking of|want(?:ed)? to ask|curious|i'd like to|presentation"
    r"|section|part|chapter|welcome|today|wrap|closing|conclusion|summary|thema|kommen wir|nächste|frage"
    r"|sujet|question suivante|passons|siguiente|pregunta|tema|prossim[ao]|domanda|argomento|próxim[ao]"
    r"|pergunta|assunto)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch that no boundary cuts: a turn, a paragraph, or one sentence of a long turn."""

    first: int
    words: int
    text: str
    terms: list[str]
    speaker: str | None
    pause: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of units of which the first may begin a segment."""

    first: int
    words: int
    terms: list[str]
    cue: float
    edge: float


def topic_boundaries(
    sentences: Sequence[Segment], language: str | None = None, *, segments: int | None = None
) -> list[int]:
    """Indexes of the sentences that begin a new subject, ascending, never 0; as many as the text supports.

    With `segments`, the penalty is moved until that many come out, or as near as can be.

    The most probable segmentation under word distributions of their own (M. Utiyama and H. Isahara, "A
    statistical model for domain-independent text segmentation", ACL 2001), whose price for a boundary grows
    with the length of the talk and falls where the words on both sides differ (M. Hearst, "TextTiling", 1997)
    and where a speaker says that something new begins.
    """
    units = _units(sentences, language)
    blocks = _blocks(units)
    if len(blocks) < 3:
        return []
    costs = _costs(blocks)
    turn = sum(unit.words for unit in units) / max(1, len(_turns(sentences)))
    if segments is None:
        return [blocks[i].first for i in _best(blocks, costs, turn, 1.0)]
    return [blocks[i].first for i in _wanted(blocks, costs, turn, max(1, segments))]


def _units(sentences: Sequence[Segment], language: str | None) -> list[_Unit]:
    base = base_language(language)
    units: list[_Unit] = []
    for group in _turns(sentences):
        counts = [_length(sentences[i].text) for i in group]
        pieces = [[i] for i in group] if sum(counts) > _LONG_TURN else [group]
        for piece in pieces:
            text = " ".join(sentences[i].text for i in piece)
            first = piece[0]
            units.append(
                _Unit(
                    first,
                    _length(text),
                    text,
                    [term for i in piece for term in stems(sentences[i].text, base)],
                    sentences[first].speaker,
                    first > 0 and _pause(sentences[first - 1], sentences[first]),
                )
            )
    return units


def _turns(sentences: Sequence[Segment]) -> list[list[int]]:
    """Runs of spoken sentences of one speaker within one paragraph; without either, each for itself."""
    marked = any(s.paragraph or s.speaker for s in sentences)
    turns: list[list[int]] = []
    before: Segment | None = None
    for i, sentence in enumerate(sentences):
        if sentence.kind != "speech":
            before = None
            continue
        if not marked or before is None or sentence.paragraph or sentence.speaker != before.speaker:
            turns.append([])
        turns[-1].append(i)
        before = sentence
    return turns


def _length(text: str) -> int:
    """Words of a text; for scripts without spaces, half its characters."""
    words = len(text.split())
    return max(words, len(text) // 2) if words < len(text) // 12 and is_spaceless(text) else words


def _pause(before: Segment, after: Segment) -> bool:
    if before.kind != "speech":
        return True
    return before.end is not None and after.start is not None and after.start - before.end > 3.0


def _cues(units: list[_Unit]) -> list[float]:
    """How much the words at each unit's beginning say that something new begins."""
    heads = [" ".join(unit.text.split()[:_HEAD_WORDS]) for unit in units]
    opens = [unit.words > _ACKNOWLEDGED and bool(_OPENING.match(unit.text)) for unit in units]
    turns = [bool(_TURNING.search(head)) for head in heads]
    led: Counter[str | None] = Counter()
    for unit, opening, turning in zip(units, opens, turns, strict=True):
        if unit.words > _ACKNOWLEDGED:
            led[unit.speaker] += opening + turning + (unit.words < 80 and "?" in unit.text)
    total = led.total() or 1
    cues = []
    for i, unit in enumerate(units):
        lead = led[unit.speaker] / total if unit.speaker else 0.0
        cue = 0.85 * opens[i] + turns[i] * (0.47 + 0.7 * lead) + 0.25 * ("?" in unit.text) + 0.5 * unit.pause
        cue += 0.05 * min(6.0, log(1 + unit.words)) - 1.0 * (unit.words < _ACKNOWLEDGED)
        if i:
            cue += 0.3 * (units[i - 1].words > _TALKATIVE) - 0.35 * units[i - 1].text.rstrip().endswith("?")
        if i + 1 < len(units):
            cue += 0.5 * (units[i + 1].words > _TALKATIVE)
        cues.append(cue)
    return cues


def _edges(units: list[_Unit]) -> list[float]:
    """How much the words before and after each unit's beginning differ, standardised over the talk."""
    terms: list[str] = []
    offsets = []
    for unit in units:
        offsets.append(len(terms))
        terms += unit.terms
    near, far = (_standard([_unlike(terms, at, width) for at in offsets]) for width in (40, 120))
    counts = Counter(terms)
    seen: set[str] = set()
    fresh = [0]
    for term in terms:
        fresh.append(fresh[-1] + (term not in seen and counts[term] > 1))
        seen.add(term)
    gained = [
        (fresh[min(len(terms), at + 60)] - fresh[at]) - (fresh[at] - fresh[max(0, at - 60)]) for at in offsets
    ]
    return [0.28 * n + 0.33 * f + 0.029 * g for n, f, g in zip(near, far, gained, strict=True)]


def _unlike(terms: list[str], at: int, width: int) -> float:
    """One minus the cosine of the word counts in the `width` words before and after `at`."""
    before, after = Counter(terms[max(0, at - width) : at]), Counter(terms[at : at + width])
    if before.total() < 8 or after.total() < 8:
        return 0.0
    dot = sum(count * after[term] for term, count in before.items() if term in after)
    return 1 - dot / sqrt(sum(c * c for c in before.values()) * sum(c * c for c in after.values()))


def _standard(values: list[float]) -> list[float]:
    """Distances from the mean in standard deviations; little noise is not blown up to much."""
    mean = sum(values) / max(1, len(values))
    spread = max(_LEAST_SPREAD, sqrt(sum((v - mean) ** 2 for v in values) / max(1, len(values))))
    return [(v - mean) / spread for v in values]


def _blocks(units: list[_Unit]) -> list[_Block]:
    """Units gathered to about `_BLOCK_WORDS` words, each block beginning at the likeliest place near by."""
    total = sum(unit.words for unit in units)
    if len(units) < 2 or total < 3 * _BLOCK_WORDS:
        return []
    size = max(_BLOCK_WORDS if total > 40 * _BLOCK_WORDS else _BLOCK_WORDS / 3, total / _MAX_BLOCKS)
    cues, edges = _cues(units), _edges(units)
    chosen: dict[int, int] = {}
    position = 0
    for i, unit in enumerate(units):
        bucket = int(position // size)
        if bucket not in chosen or cues[i] + edges[i] > cues[chosen[bucket]] + edges[chosen[bucket]]:
            chosen[bucket] = i
        position += unit.words
    starts = sorted({0, *chosen.values()})
    blocks = []
    for start, end in zip(starts, [*starts[1:], len(units)], strict=True):
        inside = units[start:end]
        terms = [term for unit in inside for term in unit.terms]
        words = sum(unit.words for unit in inside)
        blocks.append(_Block(units[start].first, words, terms, cues[start], edges[start]))
    return blocks


def _costs(blocks: list[_Block]) -> list[list[float]]:
    """`costs[i][j]`: the description length, in nats, of blocks i to i + j as one segment."""
    count = sum(len(block.terms) for block in blocks)
    numbers: dict[str, int] = {}
    numbered = [[numbers.setdefault(term, len(numbers)) for term in block.terms] for block in blocks]
    kinds = len(numbers)
    gain = [log(k + 2) * (k + 1) - log(k + 1) * k for k in range(count + 1)]
    norm = [log(m + kinds) if m + kinds else 0.0 for m in range(count + 1)]
    costs = []
    for i in range(len(blocks)):
        seen = [0] * kinds
        size, likeness = 0, 0.0
        row = []
        for terms in numbered[i:]:
            for term in terms:
                before = seen[term]
                likeness += gain[before]
                seen[term] = before + 1
            size += len(terms)
            row.append(size * norm[size] - likeness)
        costs.append(row)
    return costs


def _best(blocks: list[_Block], costs: list[list[float]], turn: float, price: float) -> list[int]:
    """Indexes of the blocks that begin a segment in the cheapest segmentation."""
    words = [0]
    for block in blocks:
        words.append(words[-1] + block.words)
    scale = log(max(2, sum(len(block.terms) for block in blocks)))
    talk = min(words[-1], _LENGTHY_WORDS) / _USUAL_WORDS
    length = talk**_LENGTH_POWER * (_USUAL_TURN / max(1.0, turn)) ** _CHATTER_POWER
    penalty, worth = price * _PENALTY * scale * length, scale * length**_EVIDENCE_POWER
    shortest = _MINIMUM_WORDS * talk**0.3 * min(1.0, price)
    n = len(blocks)
    best, previous = [0.0] + [float("inf")] * n, [0] * (n + 1)
    for i, block in enumerate(blocks):
        evidence = _CUE_WEIGHT * block.cue + _EDGE_WEIGHT * block.edge
        base = best[i] + (penalty - worth * evidence if i else 0.0)
        for j in range(i + 1, n + 1):
            if base + costs[i][j - i - 1] < best[j] and words[j] - words[i] >= shortest:
                best[j], previous[j] = base + costs[i][j - i - 1], i
    found = []
    at = previous[n]
    while at:
        found.append(at)
        at = previous[at]
    return found[::-1]


def _wanted(blocks: list[_Block], costs: list[list[float]], turn: float, segments: int) -> list[int]:
    """The segmentation whose number of segments is nearest to `segments`, by bisection on the price."""
    low, high = 0.0, 64.0
    nearest: list[int] = []
    for _ in range(16):
        price = (low + high) / 2
        found = _best(blocks, costs, turn, price)
        if abs(len(found) + 1 - segments) <= abs(len(nearest) + 1 - segments):
            nearest = found
        if len(found) + 1 == segments:
            break
        low, high = (price, high) if len(found) + 1 > segments else (low, price)
    return nearest
