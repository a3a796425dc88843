"""YAML written without a library reads back the same with one."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.plain_yaml import NotPlainError, from_yaml, to_yaml

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back_the_same(values: dict[str, object]) -> None:
    assert yaml.safe_load(to_yaml(values)) == values
    assert from_yaml(to_yaml(values)) == values


@given(
    st.dictionaries(st.sampled_from(["a", "b", "link", "sources"]), VALUES), st.sets(st.sampled_from("ab"))
)
def test_the_entries_that_are_asked_for_read_as_they_do_with_all_others(
    values: dict[str, object], only: set[str]
) -> None:
    text = to_yaml(values)
    assert from_yaml(text, only) == {key: value for key, value in from_yaml(text).items() if key in only}


@pytest.mark.parametrize("text", ["'a': 1\n", '"a": 1\n', "# a: 1\na: 1\n", "a\n", ":\n", "{a: 1}\n", "a: 1"])
def test_entries_that_may_be_written_in_another_way_are_not_passed_over(text: str) -> None:
    with pytest.raises(NotPlainError):
        from_yaml(text, {"b"})


def test_plain_words_stay_plain_and_nothing_is_written_for_none() -> None:
    assert to_yaml({"title": "Spring tides", "no": None, "count": 3}) == "title: Spring tides\ncount: 3\n"


def test_words_that_yaml_reads_as_something_else_are_quoted() -> None:
    assert (
        to_yaml({"a": "yes", "b": "null", "c": "1:30", "d": ""}) == 'a: "yes"\nb: "null"\nc: "1:30"\nd: ""\n'
    )


def test_several_lines_are_a_block_that_reads_as_it_is() -> None:
    text = to_yaml({"notes": "<p>One & two</p>\n\n<p># three: 4</p>", "next": 1})
    assert text == "notes: |-\n  <p>One & two</p>\n\n  <p># three: 4</p>\nnext: 1\n"
    assert (
        yaml.safe_load(text)
        == from_yaml(text)
        == {"notes": "<p>One & two</p>\n\n<p># three: 4</p>", "next": 1}
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: 'b'\n",
        "a: &x 1\n",
        "- a\n",
        "a: 1",
        "a: 2024-01-01\n",
        "a: 1 # remark\n",
        "a:\n    b: 1\n",
        "a: 1\na: 2\n",
    ],
)
def test_what_it_would_not_write_it_does_not_read(text: str) -> None:
    with pytest.raises(NotPlainError):
        from_yaml(text)


@settings(max_examples=200)
@given(st.text(alphabet="ab:-|# \n\"'[]{}0,&*!>%@`.", max_size=40))
def test_whatever_it_reads_a_yaml_library_reads_the_same(text: str) -> None:
    try:
        values = from_yaml(text)
    except NotPlainError:
        return
    assert yaml.safe_load(text) == (values or None)
