"""Escaping of outside text for Markdown, and front matter."""

import datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.study.markdown import escape, front_matter

HOSTILE = [
    "# not a heading",
    "#hashtag and ^block",
    "- not a list",
    "1. not a list",
    "12) not a list",
    "i. e. not a list",
    "(a) not a list",
    "A. Smith said so",
    "> not a quotation",
    "--- ",
    "===",
    ": not a definition",
    "*stars* and _lines_ but snake_case stays",
    "__init__ and **kwargs",
    "[[wiki]] ![[embed]] ![x](y) [a](javascript:alert(1))",
    "<script>alert(1)</script> a < b",
    "`code` ``` fence",
    "$x^2$ and $5 to $10",
    "~~gone~~ H~2~O",
    "a | b",
    "&lt; &amp; &#65; AT&T",
    "==mark== %%comment%% 100%",
    "@someone wrote",
    "back\\slash \\n",
    "{.class} {{template}}",
    '```{=typst} #read("/etc/hostname") ```',
    "</details><summary>Answer</summary>",
]


def _pandoc(markdown: str) -> str:
    import pypandoc

    return str(
        pypandoc.convert_text(
            markdown,
            "plain",
            format="markdown-raw_attribute-raw_tex-raw_html-citations-smart",
            extra_args=["--wrap=none"],
        )
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_pandoc_reads_the_escaped_line_as_the_text_it_was(text: str) -> None:
    assert _pandoc(escape(text)).strip() == text.strip()


def test_an_underscore_inside_a_word_is_left_alone() -> None:
    assert escape("snake_case") == "snake_case"


def test_line_breaks_cannot_start_a_new_block() -> None:
    assert escape("one\n\n# two\u2028three") == "one # two three"


def test_direction_overrides_are_dropped() -> None:
    assert escape("abc\u202edef") == "abcdef"


def test_front_matter_reads_back_as_it_was_given() -> None:
    values = {"title": 'A "quoted": #title', "n": 3, "tags": ["x", "é: y"], "date": datetime.date(2024, 5, 1)}
    text = front_matter({**values, "left out": None})
    assert text.startswith("---\n")
    assert text.endswith("\n---\n")
    assert yaml.safe_load(text.strip("-\n")) == values


@given(st.text(alphabet=st.characters(codec="utf-8")))
@settings(max_examples=150, deadline=None)
def test_any_string_survives_front_matter(value: str) -> None:
    text = front_matter({"title": value})
    text.encode()
    ((_, read),) = yaml.safe_load(text.removeprefix("---\n").removesuffix("---\n")).items()
    assert read == value


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=100, deadline=None)
def test_an_escaped_text_is_one_line(text: str) -> None:
    assert len(escape(text).splitlines()) <= 1
