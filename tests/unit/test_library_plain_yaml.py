"""YAML written without a library reads back the same with one."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.library.plain_yaml import to_yaml

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


def test_plain_words_stay_plain_and_nothing_is_written_for_none() -> None:
    assert to_yaml({"title": "Spring tides", "no": None, "count": 3}) == "title: Spring tides\ncount: 3\n"


def test_words_that_yaml_reads_as_something_else_are_quoted() -> None:
    assert (
        to_yaml({"a": "yes", "b": "null", "c": "1:30", "d": ""}) == 'a: "yes"\nb: "null"\nc: "1:30"\nd: ""\n'
    )
