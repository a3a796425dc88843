"""How good the notes are, against what people wrote and against what is easily had.

`python -m benchmarks.quality_of_notes [CORPUS]` from the root of the project; without the corpus it says so.
"""

import random
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import mean

from benchmarks.gold import Talk, bitcoin, changelog, qmsum
from benchmarks.measures import pk, rouge, window_diff
from episcribe.library.episode import Episode
from episcribe.library.transcript import Segment, Transcript
from episcribe.study.chapters import episode_chapters
from episcribe.study.notes import NotesOptions, write_notes
from episcribe.study.summary import digest
from episcribe.text.segmentation import topic_boundaries
from episcribe.text.terms import key_terms
from episcribe.text.words import stems

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@dataclass(frozen=True)
class Boundaries:
    """The errors of one segmentation, and that of having none; segments found and in the gold."""

    pk: float
    window_diff: float
    none: float
    found: int
    gold: int


def joined(talks: Sequence[Talk], count: int = 30, pieces: int = 8, seed: int = 1) -> list[Talk]:
    """Talks made of pieces of 8 to 40 sentences of different ones, as F. Choi made his (NAACL 2000)."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        sentences: list[Segment] = []
        gold = []
        for one in chance.sample(list(talks), pieces):
            length = chance.randint(8, 40)
            if len(one.sentences) <= length + 5:
                continue
            start = chance.randint(0, len(one.sentences) - length)
            if sentences:
                gold.append(len(sentences))
            sentences += [Segment(s.text) for s in one.sentences[start : start + length]]
        made.append(Talk(f"joined {number}", sentences, list(range(len(sentences))), boundaries=gold))
    return made


def segmentation_figures(corpus: Path) -> dict[str, list[Boundaries]]:
    """The errors of the boundaries found, talk by talk, for each set."""
    meetings, talks = list(qmsum(corpus)), list(bitcoin(corpus))
    sets = {"QMSum": meetings, "bitcoin": talks, "joined pieces": joined([*meetings, *talks])}
    return {name: [_boundaries(one) for one in members] for name, members in sets.items()}


def _boundaries(one: Talk) -> Boundaries:
    places = topic_boundaries(one.sentences, "en")
    found = sorted({turn for place in places if (turn := _nearest(one.turns, place))})
    length = len(one.turns)
    return Boundaries(
        pk(found, one.boundaries, length),
        window_diff(found, one.boundaries, length),
        pk([], one.boundaries, length),
        len(found) + 1,
        len(one.boundaries) + 1,
    )


def _nearest(turns: Sequence[int], place: int) -> int:
    """The turn whose beginning is nearest to a sentence."""
    after = min(bisect_left(turns, place), len(turns) - 1)
    return (
        after - 1
        if after and turns[after] != place and place - turns[after - 1] < turns[after] - place
        else after
    )


def summary_figures(corpus: Path) -> dict[str, tuple[float, float, float]]:
    """ROUGE-1, -2 and -L of summaries of meetings, by method."""
    meetings = list(qmsum(corpus))
    methods: dict[str, Callable[[Talk], str]] = {
        "lead of 100 words": lambda one: " ".join(" ".join(s.text for s in one.sentences).split()[:100]),
        "three longest turns": _longest_turns,
        "three longest turns, first 150 words": lambda one: " ".join(_longest_turns(one).split()[:150]),
        "notes": summary_of,
    }
    return {
        name: _mean(rouge(method(one), one.summary) for one in meetings) for name, method in methods.items()
    }


def _mean(figures: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    columns = list(zip(*figures, strict=True))
    return mean(columns[0]), mean(columns[1]), mean(columns[2])


def _longest_turns(one: Talk) -> str:
    ends = [*one.turns[1:], len(one.sentences)]
    texts = [
        " ".join(s.text for s in one.sentences[start:end]) for start, end in zip(one.turns, ends, strict=True)
    ]
    return " ".join(sorted(texts, key=lambda text: -len(text.split()))[:3])


def summary_of(one: Talk) -> str:
    """The summary that the notes would have."""
    options = NotesOptions()
    chosen = digest(
        Transcript(tuple(one.sentences), "en"),
        (),
        summary=options.summary_sentences,
        points=0,
        quotations=0,
        terms=0,
    )
    return " ".join(point.text for point in chosen.summary)


def link_figures(corpus: Path) -> dict[str, float]:
    """The share of the titles of links in human show notes of which a text holds a content word."""
    talks = [one for one in changelog(corpus) if one.links]
    words = [stems(" ".join(s.text for s in one.sentences), "en") for one in talks]
    seen = Counter(word for spoken in words for word in set(spoken))
    texts: dict[str, list[str]] = {
        "TF-IDF top 20 words": [_tfidf(spoken, seen, len(talks)) for spoken in words],
        "20 key terms": [" ".join(t.text for t in key_terms(one.sentences, "en", limit=20)) for one in talks],
        "notes": [_notes(one) for one in talks],
        "all that was spoken": [" ".join(spoken) for spoken in words],
    }
    return {name: _touched(talks, made) for name, made in texts.items()}


def _tfidf(spoken: Sequence[str], seen: Counter[str], talks: int) -> str:
    counts = Counter(spoken)
    ranked = sorted(counts, key=lambda word: (-counts[word] * log(talks / seen[word]), word))
    return " ".join(ranked[:20])


def _notes(one: Talk) -> str:
    """The notes without the show notes' own links, and without front matter."""
    transcript = Transcript(tuple(one.sentences), "en")
    episode = Episode(id="00000000", show="show", folder="folder", title="")
    notes = write_notes(episode, transcript, episode_chapters(episode, transcript))
    return notes.split("\n---\n", 1)[1]


def _touched(talks: Sequence[Talk], texts: Sequence[str]) -> float:
    touched = total = 0
    for one, text in zip(talks, texts, strict=True):
        held = set(stems(text, "en"))
        for title in one.links:
            words = set(stems(title, "en"))
            total += bool(words)
            touched += bool(words & held)
    return touched / max(1, total)


def main() -> int:
    """Print the figures; 1 where the corpus is absent."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    if not corpus.is_dir():
        print(f"no corpus at {corpus}: give its folder as the argument")
        return 1
    print("Chapter boundaries, Pk / WindowDiff, lower is better (segments found, in the gold)")
    for name, figures in segmentation_figures(corpus).items():
        found, gold = mean(f.found for f in figures), mean(f.gold for f in figures)
        print(
            f"  {name:14} {mean(f.pk for f in figures):.3f} / {mean(f.window_diff for f in figures):.3f}"
            f"   no boundary {mean(f.none for f in figures):.3f}   ({found:.1f}, {gold:.1f})"
        )
    print("Summaries of QMSum meetings, ROUGE-1 / -2 / -L, F1 of stems")
    for name, scores in summary_figures(corpus).items():
        print(f"  {name:38} " + " / ".join(f"{100 * score:.1f}" for score in scores))
    print("Share of the link titles of human show notes that are touched")
    for name, share in link_figures(corpus).items():
        print(f"  {name:22} {share:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
