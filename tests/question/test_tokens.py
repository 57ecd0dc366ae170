"""Words in any script: what is written with marks of its own stays whole."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.question.question import read_question
from services.question.tokens import words_of


@pytest.mark.parametrize("word", ["हिन्दी", "गणित", "தமிழ்", "ภาษาไทย", "មេរៀន", "débutant", "עִבְרִית", "العَرَبِيّة"])
def test_a_word_stays_one_word_however_its_marks_are_written(word: str) -> None:
    for form in ("NFC", "NFD"):
        assert len(words_of(unicodedata.normalize(form, word))) == 1
    assert words_of(unicodedata.normalize("NFD", word)) == words_of(word)


@given(st.text(st.characters(categories=("Lu", "Ll")), min_size=1, max_size=12))
def test_accents_written_apart_are_read_as_those_written_together(word: str) -> None:
    assert words_of(unicodedata.normalize("NFD", word)) == words_of(unicodedata.normalize("NFC", word))


def test_the_topic_keeps_its_vowel_signs() -> None:
    question = read_question("हिन्दी में गणित")

    assert (question.language, question.topic) == ("Hindi", "गणित")
