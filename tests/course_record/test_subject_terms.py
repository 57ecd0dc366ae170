"""Words of other languages lead to the English subject, one way, and never hide an English word."""

from __future__ import annotations

from typing import Any

import pytest

from services.course_record.languages import LANGUAGE_NAMES, fold
from services.course_record.subject_terms import LANGUAGES, subject_terms
from services.course_record.synonyms import SAME, synonyms

TERMS = list(subject_terms())
ABROAD = {one["input"]: one for one in synonyms() if one["objectID"].startswith("abroad-")}


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("inteligencia artificial", "artificial intelligence"),
        ("maschinelles lernen", "machine learning"),
        ("机器学习", "machine learning"),
        ("البرمجة", "programming"),
        ("ciência de dados", "data science"),
    ],
)
def test_leads_from_a_term_to_its_english_name(term: str, found: str) -> None:
    assert found in ABROAD[term]["synonyms"]


def test_spells_out_the_acronyms_of_what_it_leads_to() -> None:
    assert "ml" in ABROAD["maschinelles lernen"]["synonyms"]


def test_gathers_what_several_languages_call_alike() -> None:
    terms = [one["input"] for one in ABROAD.values()]
    assert len({fold(term) for term in terms}) == len(terms)


def test_never_leads_from_english_elsewhere() -> None:
    english = {english for *_, english in TERMS} | {word for group in SAME for word in group}
    assert english.isdisjoint(fold(term) for term in ABROAD)


def test_knows_every_language_of_its_table() -> None:
    assert set(LANGUAGES) <= LANGUAGE_NAMES.keys()
    assert {language for language, *_ in TERMS} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_covers_most_subjects_in_each_language(language: str) -> None:
    subjects = {english for *_, english in TERMS}
    assert len({english for spoken, _, english in TERMS if spoken == language}) > 0.85 * len(subjects)


def test_leaves_no_synonym_empty_or_pointing_at_itself() -> None:
    def words(one: dict[str, Any]) -> list[str]:
        return [str(word) for word in one["synonyms"]]

    assert all(words(one) and one["input"] not in words(one) and all(words(one)) for one in ABROAD.values())
