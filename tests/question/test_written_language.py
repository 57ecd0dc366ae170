"""A question's language is told by its letters and small words, and by nothing else."""

from __future__ import annotations

import unicodedata

import pytest

from services.course_record.languages import LANGUAGE_NAMES
from services.question.written_language import SCRIPTS, WRITTEN, written_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("机器学习", "Chinese"),
        ("Python 入门", "Chinese"),
        ("日本語の文法", "Japanese"),
        ("البرمجة بايثون", "Arabic"),
        ("कंप्यूटर सीखें", "Hindi"),
        ("lịch sử", "Vietnamese"),
        ("tôi muốn học lịch sử Việt Nam", "Vietnamese"),
        (unicodedata.normalize("NFD", "toán cho người mới"), "Vietnamese"),
        ("how do I cook phở at home", "English"),
        ("how do I build a REST api?", "English"),
        ("AI for beginners", "English"),
        ("learn SQL", "English"),
        ("curso de python para principiantes", "Spanish"),
        ("ciência de dados do zero com Python", "Portuguese"),
        ("apprendre la programmation", "French"),
        ("Datenschutz für Vereine", "German"),
        ("corso di cucina per principianti", "Italian"),
    ],
)
def test_tells_the_language_of_a_question(text: str, language: str) -> None:
    assert written_language(text) == language


@pytest.mark.parametrize("text", ["", "ML", "machine learning", "C++", "Datenschutz", "1984", "Привет", "!!"])
def test_tells_nothing_of_what_tells_nothing(text: str) -> None:
    assert written_language(text) is None


def test_names_languages_as_the_index_does() -> None:
    indexed = {english for english, _ in LANGUAGE_NAMES.values()}
    assert set(WRITTEN.values()) <= indexed
    assert {"Japanese", "Korean", "Chinese", "Arabic", "Hindi"} <= set(SCRIPTS.values()) & indexed
