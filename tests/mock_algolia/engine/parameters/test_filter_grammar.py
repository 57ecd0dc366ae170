"""Filters in the form that programs write are read in one go, and mean what they mean token by token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.parameters.filter_grammar import Conjunction, parse

_NAMES = st.sampled_from(["course_key", "level", "_tags", "NOT", "AND", "OR", "a.b", "naïve"])
_VALUES = st.text(st.sampled_from(" aZ7+:'()<>=\\\",-é\n"), max_size=6)
_ENDS = st.sampled_from(["", "", "", "<score=3>"])
_CONDITIONS = st.builds('{}{}:"{}"{}'.format, st.sampled_from(["", "", "NOT "]), _NAMES, _VALUES, _ENDS)
_GROUPS = st.lists(_CONDITIONS, min_size=1, max_size=3).map(lambda some: f"({' OR '.join(some)})")
_FILTERS = st.lists(_CONDITIONS | _GROUPS, min_size=1, max_size=4).map(" AND ".join)


def _read(source: str) -> Conjunction | str:
    try:
        return parse(source)
    except BadRequest:
        return "refused"


@given(_FILTERS)
def test_reads_what_a_program_writes_as_the_grammar_does(source: str) -> None:
    assert _read(source) == _read(f" {source}")  # a space before: no program's form, so read token by token


@pytest.mark.parametrize(
    "source",
    ['level:"a" AND ', 'level:"a" AND', '(level:"a"', 'level:"a")', '(level:"a" OR a AND b)', 'level:"a" org:"b"'],
)
def test_refuses_what_is_wrong_after_a_beginning_that_a_program_could_have_written(source: str) -> None:
    with pytest.raises(BadRequest):
        parse(source)


def test_reads_several_groups_and_what_is_refused() -> None:
    first, second = parse('NOT course_key:"A+1" AND (level:"Advanced" OR level:"Introductory")')
    assert [(one.attribute, one.value, one.negated) for one in first] == [("course_key", "A+1", True)]
    assert [(one.value, one.negated) for one in second] == [("Advanced", False), ("Introductory", False)]
