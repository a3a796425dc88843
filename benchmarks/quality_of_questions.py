"""How many questions episodes give, how many pass automatic checks, and what they cost.

    python -m benchmarks.quality_of_questions [--read N] [FILE …]

Without files: the long transcripts of the development corpus. `--read N` prints N questions, drawn from all
episodes in a fixed order, for a person to judge: no figure here says whether a question is worth asking.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import mean

from episcribe.library.episode import Episode
from episcribe.library.transcript import Transcript
from episcribe.study.assessment import AssessmentOptions, answer_stands_in, choose_questions, question_pool
from episcribe.study.flashcards import make_flashcards
from episcribe.study.questions.distractors import shape
from episcribe.study.questions.model import BLANK, Question
from episcribe.study.questions.proof import stands_in
from episcribe.text.cleaning import clean_transcript
from episcribe.transcripts.reading import read_transcript

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "transcripts_long"
EPISODE = Episode(id="00000000", show="corpus", folder="corpus", title="Corpus")
IMPORTS = "import episcribe.study.assessment, episcribe.study.flashcards"


@dataclass(frozen=True)
class Result:
    """What one episode gave; `cpu` in seconds for questions and cards together, imports left out."""

    name: str
    words: int
    sentences: int
    questions: list[Question]
    cards: int
    cpu: float
    text: str


def evaluate(path: Path) -> Result:
    """Make the questions and cards of one transcript."""
    transcript = clean_transcript(read_transcript(path.read_bytes(), declared_type=None, name=path.name))
    begun = time.process_time()
    questions, cards = _made(transcript)
    cpu = time.process_time() - begun
    text = " ".join(segment.text for segment in transcript.segments if segment.kind == "speech")
    return Result(path.name, len(text.split()), len(transcript.segments), questions, cards, cpu, text)


def _made(transcript: Transcript) -> tuple[list[Question], int]:
    options = AssessmentOptions()
    total = len(transcript.segments)
    pool = question_pool(transcript.segments, transcript.language, [], options)
    questions = choose_questions(pool, options, total)
    return questions, len(make_flashcards(pool, questions, EPISODE, options, total))


def failures(question: Question, text: str) -> Iterator[str]:
    """The names of the automatic checks that a question does not pass."""
    if not answer_stands_in(question, text):
        yield "the answer stands in the transcript"
    stem = f"{question.quote or ''} {question.prompt}".split()
    if not 5 <= len(stem) <= 60:
        yield "the stem is neither cut off nor endless"
    blanked = question.kind != "short answer" and question.quote is not None
    if blanked and question.quote and (question.quote.count(BLANK) != 1 or _shown(question)):
        yield "one blank, and its answer not in the stem"
    if question.choices and len({choice.casefold() for choice in question.choices}) != len(question.choices):
        yield "the choices are distinct"
    if question.choices and question.quote and len({shape(choice)[0] for choice in question.choices}) != 1:
        yield "the choices are of one shape"


def _shown(question: Question) -> bool:
    return stands_in(question.answer.lower(), (question.quote or "").lower())


def report(results: Sequence[Result]) -> None:
    """Print the figures."""
    questions = [(question, result) for result in results for question in result.questions]
    failed = Counter(name for question, result in questions for name in failures(question, result.text))
    passing = sum(not any(failures(question, result.text)) for question, result in questions)
    places = Counter(question.choices.index(question.answer) for question, _ in questions if question.choices)
    counts = [len(result.questions) for result in results]
    words = sum(result.words for result in results)
    print(f"episodes {len(results)}, of {words / len(results):.0f} words on average")
    print(f"questions an episode: mean {mean(counts):.1f}, fewest {min(counts)}, {_spread_of(counts)}")
    print(f"cards an episode: mean {mean(result.cards for result in results):.1f}")
    print(
        "kinds: "
        + ", ".join(f"{kind} {n}" for kind, n in Counter(q.kind for q, _ in questions).most_common())
    )
    print(f"passing all automatic checks: {passing} of {len(questions)} {dict(failed) or ''}")
    print(f"right answers by place: {[places[place] for place in range(4)]}")
    print(f"thirds of the episode with a question: {_thirds(results):.2f} of 3")
    print(
        f"processor seconds: {sum(r.cpu for r in results) / words * 1e4:.3f} for 10,000 words, most "
        f"{max(r.cpu for r in results):.3f}"
    )
    print(f"imports: {_imports():.3f} s more than bare Python")


def _spread_of(counts: Sequence[int]) -> str:
    full = sum(count >= AssessmentOptions().questions for count in counts)
    return f"{full} with all, {sum(count == 0 for count in counts)} with none"


def _thirds(results: Sequence[Result]) -> float:
    asked = [result for result in results if len(result.questions) >= 6]
    return (
        mean(len({3 * q.segment // result.sentences for q in result.questions}) for result in asked)
        if asked
        else 0.0
    )


def _imports() -> float:
    def best(code: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    return best(IMPORTS) - best("pass")


def read_aloud(results: Sequence[Result], count: int) -> None:
    """Print `count` questions for a person to judge."""
    drawn = [(question, result) for result in results for question in result.questions]
    drawn.sort(key=lambda pair: sha256(f"{pair[1].name}{pair[0].evidence}".encode()).digest())
    for question, result in drawn[:count]:
        print(f"\n[{result.name}] {question.kind}: {question.prompt}")
        for line in (question.quote, " / ".join(question.choices), f"= {question.answer}"):
            if line:
                print(f"    {line}")


def main() -> None:
    """Measure, print, and print questions to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--read", type=int, default=0, metavar="N")
    options = parser.parse_args()
    files = options.files or sorted(
        [*CORPUS.glob("changelog/*.transcript.md"), *CORPUS.glob("bitcoin/*.md")], key=lambda path: path.name
    )
    if not files:
        sys.exit(f"no transcripts in {CORPUS}: name some files")
    results = [evaluate(path) for path in files]
    report(results)
    read_aloud(results, options.read)


if __name__ == "__main__":
    main()
