"""The Markdown page of an assessment."""

import re

import yaml

from episcribe.library.episode import Enclosure, Episode
from episcribe.library.transcript import Segment
from episcribe.study.assessment import Question, assessment_markdown, question_pool
from episcribe.study.questions.model import BLANK, AssessmentOptions

EPISODE = Episode(
    id="a1b2c3d4",
    show="paper",
    folder="2024-05-01-sizing-a1b2c3d4",
    title="Sizing: glue & alum",
    podcast="The Paper Hour",
    published="2024-05-01T06:00:00Z",
    enclosures=(Enclosure("https://media.example/sizing.mp3?x=1"),),
)
CHOICE = Question(
    kind="multiple choice",
    prompt="Which term completes what Ada Byron says?",
    quote=f"The fibres are closed with {BLANK}.",
    answer="gelatine",
    choices=("starch", "gelatine", "rosin", "alum"),
    evidence="So the fibres are closed with gelatine.",
    segment=3,
    start=754.0,
    speaker="Ada Byron",
    chapter="The vat",
)
CLOZE = Question(
    kind="cloze",
    prompt="Which year is missing?",
    quote=f"The machine came in {BLANK}.",
    answer="1807",
    evidence="The machine came in 1807.",
    segment=9,
    start=3723.0,
)
SHORT = Question(
    kind="short answer",
    prompt="What is meant by “alum”, as Ada Byron explains it?",
    answer="Alum is a salt that makes the glue hold.",
    evidence="Well, alum is a salt that makes the glue hold.",
    segment=12,
    speaker="Ada Byron",
)


def test_the_front_matter_says_what_the_page_is() -> None:
    page = assessment_markdown([CHOICE, CLOZE, SHORT], EPISODE)
    matter = yaml.safe_load(page.split("---\n")[1])
    assert matter["title"] == "Assessment: Sizing: glue & alum"
    assert matter["podcast"] == "The Paper Hour"
    assert (matter["type"], str(matter["date"]), matter["questions"]) == ("assessment", "2024-05-01", 3)


def test_questions_are_numbered_through_under_the_headings_of_their_kinds() -> None:
    page = assessment_markdown([CHOICE, CLOZE, SHORT], EPISODE)
    marks = re.findall(r"^(## .+|\*\*\d+\.\*\*)", page, re.MULTILINE)
    assert marks == [
        "## Multiple choice",
        "**1.**",
        "## Fill in the blank",
        "**2.**",
        "## Short answer",
        "**3.**",
    ]


def test_every_answer_is_folded_away_with_its_marks_on_lines_of_their_own() -> None:
    page = assessment_markdown([CHOICE, CLOZE, SHORT], EPISODE)
    folded = re.findall(r"\n\n<details>\n<summary>Answer</summary>\n\n(.+?)\n\n</details>\n", page, re.DOTALL)
    assert len(folded) == 3
    assert folded[0].startswith("**B. gelatine**\n\n> So the fibres are closed with gelatine.")
    assert folded[1].startswith("**1807**")
    assert folded[2].startswith("> Alum is a salt")
    shown = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "1807" not in shown
    assert "salt" not in shown


def test_a_question_links_to_its_moment_and_names_its_chapter() -> None:
    page = assessment_markdown([CHOICE], EPISODE)
    assert "says? ([12:34](https://media.example/sizing.mp3?x=1#t=754), in *The vat*)" in page


def test_without_a_recording_the_time_stands_without_a_link_and_without_times_there_is_none() -> None:
    bare = Episode(id="a1b2c3d4", show="paper", folder="x", title="Sizing")
    assert "missing? (1:02:03)\n" in assessment_markdown([CLOZE], bare)
    assert "explains it?\n" in assessment_markdown([SHORT], bare)


def test_choices_are_lettered_in_the_order_given() -> None:
    page = assessment_markdown([CHOICE], EPISODE)
    assert "- **A.** starch\n- **B.** gelatine\n- **C.** rosin\n- **D.** alum\n" in page


def test_what_comes_from_outside_cannot_break_out_of_the_page() -> None:
    evil = "</details> <script>alert(1)</script> [[link]] # x"
    question = Question(
        kind="short answer",
        prompt=evil,
        answer=evil,
        evidence=evil,
        segment=0,
        speaker="*Eve*\n\n# Heading",
        chapter="`x`",
    )
    page = assessment_markdown([question], Episode(id="a", show="s", folder="f", title="---\n# T"))
    body = page.split("---\n", 2)[2]
    assert body.count("\n</details>") == 1
    assert "<script>" not in body.replace("\\<script>", "")
    assert not re.search(r"(?<!\\)\[\[", body)
    assert re.findall(r"^#+ ", body, re.MULTILINE) == ["# ", "## "]


def test_talk_without_better_questions_is_asked_what_it_says_of_what_it_names() -> None:
    said = (
        "The last thing that I am introducing today for learning is that O'Reilly has an article called "
        "Introducing Capsule Networks."
    )
    talk = [
        Segment("Yeah, that was fun.", 0.0, 2.0, "Ada"),
        Segment(said, 2.0, 8.0, "Ada"),
        Segment("Right.", 8.0, 9.0, "Ben"),
    ]
    [question] = [q for q in question_pool(talk, "en", [], AssessmentOptions()) if q.kind == "short answer"]
    assert question.prompt == "What does Ada say about “Introducing Capsule Networks”?"
    assert question.answer == said
