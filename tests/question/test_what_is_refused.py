"""What a sentence refuses, where the words that refuse or what is refused look like something else."""

from __future__ import annotations

import pytest

from services.question import read_question


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("machine learning but no deep learning, had enough neural nets at work", {"deep learning", "neural nets"}),
        ("ai without deep learning", {"deep learning"}),
        ("i like maths. just dont give me stats", {"stats"}),
        ("security again but enough linux for this year", {"linux"}),
        ("do i know enough python for it?", set()),
        ("nothing like that", set()),
    ],
)
def test_a_subject_of_everyday_words_is_refused_and_enough_of_it_is_a_refusal_after_but(
    said: str, refused: set[str]
) -> None:
    assert {one.said for one in read_question(said).excluded} == refused


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("y algo de base de datos", None),
        ("curso de nivel de base", "Introductory"),
        ("bases de datos de cero", "Introductory"),
    ],
)
def test_a_level_is_none_where_its_words_belong_to_a_name(said: str, level: str | None) -> None:
    assert read_question(said).level == level
