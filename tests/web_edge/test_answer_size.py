"""Answers stay below what chat clients take, and texts are cut where words end."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from services.web_edge.answer_size import ANSWER_CHARACTERS, fitting, shortened


@given(st.text(), st.integers(min_value=0, max_value=200))
def test_never_makes_a_text_longer_than_asked(text: str, most: int) -> None:
    assert len(shortened(text, most)) <= most + 1  # the ellipsis


def test_cuts_where_a_word_ends() -> None:
    assert shortened("learn to read the data", 15) == "learn to read…"
    assert shortened("learn  to\nread", 15) == "learn to read"


@given(st.lists(st.integers(min_value=0, max_value=3000), max_size=150))
def test_gives_up_descriptions_before_it_gives_up_items(lengths: list[int]) -> None:
    items = ["x y" * length for length in lengths]
    written = fitting(items, lambda text, most: {"title": "a title", "description": shortened(text, most)})
    assert len(json.dumps(written)) <= ANSWER_CHARACTERS
    assert len(written) == len(items)


def test_keeps_the_first_items_where_not_all_fit() -> None:
    written = fitting(range(1000), lambda number, _: {"number": number, "title": "x" * 500})
    assert 100 < len(written) < 1000
    assert [item["number"] for item in written] == list(range(len(written)))
