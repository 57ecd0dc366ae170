"""Query parameters are read strictly, and a refusal says how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from services.web_edge.parameters import BadParameter, Parameters


def _parameters(*pairs: tuple[str, str]) -> Parameters:
    return Parameters(MultiDict(pairs), known=("keywords", "limit", "level"))


def test_names_the_nearest_parameter_for_an_unknown_one() -> None:
    with pytest.raises(BadParameter, match="Did you mean `keywords`") as refused:
        _parameters(("keyword", "sql"))
    assert refused.value.parameter == "keyword"


def test_refuses_a_repeated_parameter() -> None:
    with pytest.raises(BadParameter, match="given 2 times"):
        _parameters(("keywords", "sql"), ("keywords", "sql"))


@pytest.mark.parametrize("value", ["", "   ", "\x00", "\u3000"])
def test_refuses_a_text_without_a_visible_character(value: str) -> None:
    with pytest.raises(BadParameter, match="is empty"):
        _parameters(("keywords", value)).text("keywords", 512)


def test_refuses_a_missing_text() -> None:
    with pytest.raises(BadParameter, match="is missing"):
        _parameters().text("keywords", 512)


def test_takes_a_text_of_the_greatest_length_and_refuses_a_longer_one() -> None:
    assert _parameters(("keywords", "é" * 512)).text("keywords", 512) == "é" * 512
    with pytest.raises(BadParameter, match="513 characters; shorten it to 512"):
        _parameters(("keywords", "é" * 513)).text("keywords", 512)


def test_reads_control_characters_as_spaces() -> None:
    assert _parameters(("keywords", "data\x00base\n")).text("keywords", 512) == "data base"


@pytest.mark.parametrize("value", ["", "0", "-1", "+1", " 1", "1.0", "1e2", "101", "٣", "ten", "9" * 40])
def test_refuses_a_limit_that_is_not_a_plain_number_in_range(value: str) -> None:
    with pytest.raises(BadParameter, match="whole number from 1 to 100"):
        _parameters(("limit", value)).whole_number("limit", least=1, most=100, default=10)


@given(st.integers(min_value=1, max_value=100))
def test_reads_every_limit_in_range(limit: int) -> None:
    assert _parameters(("limit", str(limit))).whole_number("limit", least=1, most=100, default=10) == limit


def test_reads_one_of_some_values_whatever_its_case() -> None:
    assert _parameters(("level", "advanced")).one_of("level", ("Introductory", "Advanced")) == "Advanced"
    with pytest.raises(BadParameter, match="one of Introductory, Advanced"):
        _parameters(("level", "hard")).one_of("level", ("Introductory", "Advanced"))
