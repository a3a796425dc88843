"""Folded answers move from under their questions to a key, and nothing else of the page changes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.study.answer_key import ANSWER, END, KEY, QUESTION, SPACE, move_answers, unfold

PAGE = """# Assessment

## Multiple choice

**1.** Which one?

- **A.** left
- **B.** right

<details>
<summary>Answer</summary>

**B. right**

> It is the right one.

</details>

## Short answer

**2.** Why is that?

<details>
<summary>Answer</summary>

> Because it is.

</details>
"""


def test_the_answers_stand_in_the_key_and_no_longer_under_the_questions():
    questions, key = move_answers(PAGE).split(KEY)
    assert "It is the right one." not in questions
    assert "Because it is." not in questions
    assert key.index("It is the right one.") < key.index("Because it is.")
    assert "details" not in questions + key
    assert "Answer key" in key


def test_the_key_has_the_numbers_of_the_questions():
    page = PAGE.replace("**1.**", "**7.**").replace("**2.**", "**9.**")
    questions, key = move_answers(page).split(KEY)
    assert [line for line in key.splitlines() if line.startswith(ANSWER)] == [f"{ANSWER}7", f"{ANSWER}9"]
    assert [line for line in questions.splitlines() if line.startswith(QUESTION)] == [
        f"{QUESTION}7",
        f"{QUESTION}9",
    ]


def test_only_an_open_question_gets_space_to_write_in():
    questions = move_answers(PAGE).split(KEY)[0]
    first, second = questions.split(END)[:2]
    assert SPACE not in first
    assert SPACE in second


def test_a_sentence_with_a_blank_gets_no_space_besides():
    page = PAGE.replace("Why is that?", "Fill in:\n\n> It is \\_\\_\\_\\_\\_.")
    assert SPACE not in move_answers(page)


def test_questions_as_headings_or_list_items_give_their_numbers_too():
    page = "### 4. What?\n\n1. one\n2. two\n\n<details><summary>Answer</summary>\n\ntwo\n\n</details>\n"
    assert f"{ANSWER}4\n\ntwo\n" in move_answers(page)
    page = "5. What?\n\n   <details>\n   <summary>Answer</summary>\n\n   That.\n\n   </details>\n"
    assert f"{ANSWER}5\n\nThat.\n" in move_answers(page)


def test_answers_without_numbers_are_counted():
    page = "<details>one</details>\n\n<details>two</details>\n"
    key = move_answers(page).split(KEY)[1]
    assert f"{ANSWER}1\n\none\n" in key
    assert f"{ANSWER}2\n\ntwo\n" in key


def test_a_page_without_folded_answers_is_left_as_it_is():
    assert move_answers("# Notes\n\n**1.** No answer here.\n") == "# Notes\n\n**1.** No answer here.\n"


def test_tags_inside_a_code_block_are_no_answers():
    page = "```html\n<details>\nx\n</details>\n```\n"
    assert move_answers(page) == page


def test_a_block_that_is_never_closed_loses_no_words():
    assert "all the rest" in move_answers("<details>\n<summary>Answer</summary>\n\nall the rest\n")


def test_notes_are_unfolded_in_place():
    page = unfold("before\n\n<details>\n<summary>More</summary>\n\nhidden\n\n</details>\n\nafter\n")
    assert page.index("before") < page.index("**More**") < page.index("hidden") < page.index("after")
    assert "<" not in page


PARTS = st.sampled_from(
    [
        "<details>",
        "</details>",
        "<summary>S</summary>",
        "**3.** q",
        "- a",
        "## H",
        "```",
        "",
        "word",
        "  > x",
        "2) y",
    ]
)


@given(st.lists(PARTS, max_size=30))
@settings(max_examples=150)
def test_marks_of_questions_and_answers_always_pair_and_no_word_is_lost(lines):
    page = "\n".join(lines)
    moved = move_answers(page)
    opened = 0
    for line in moved.splitlines():
        opened += line.startswith((QUESTION, ANSWER)) - (line == END)
        assert opened in (0, 1)
    assert opened == 0
    assert moved.count("word") == page.count("word")
