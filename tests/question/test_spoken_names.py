"""Names with signs, as people say them."""

from __future__ import annotations

import pytest

from services.question.spoken_names import SPOKEN, as_written


@pytest.mark.parametrize(("name", "said"), [(name, said) for name, ways in SPOKEN.items() for said in ways])
def test_writes_what_is_said_as_courses_are_called(name: str, said: str) -> None:
    assert as_written(said) == name
    assert as_written(f"I want to learn {said.upper()}, please") == f"I want to learn {name}, please"
    assert as_written(name) == name


@pytest.mark.parametrize(
    "text", ["a c sharper view", "b flat and c-sharp-minor", "algolang", "the objective cost", "go"]
)
def test_leaves_other_words_alone(text: str) -> None:
    assert as_written(text) == text
