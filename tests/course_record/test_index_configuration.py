"""Settings, synonyms and rules as code: of the form Algolia documents, without contradictions."""

from __future__ import annotations

from collections import Counter

import pytest

from services.course_record import CourseRecord
from services.course_record.index_settings import FACETS, SEARCHABLE_ATTRIBUTES, index_settings
from services.course_record.languages import canonical_language, fold
from services.course_record.levels import LEVEL_WORDS, canonical_level
from services.course_record.synonyms import ONE_WAY, SAME, synonyms
from services.course_record.technical_terms import technical_terms
from services.question.query_rules import query_rules

STORED = set(CourseRecord(course_key="X+1", title="T").to_json())


def test_searches_and_facets_only_attributes_that_records_have() -> None:
    searched = {part.removeprefix("unordered(").rstrip(")") for row in SEARCHABLE_ATTRIBUTES for part in row.split(",")}
    assert searched <= STORED
    assert set(FACETS) <= STORED


def test_asks_for_neural_search_only_where_told_to() -> None:
    assert index_settings()["mode"] == "keywordSearch"
    assert index_settings("neuralSearch")["mode"] == "neuralSearch"


def test_every_synonym_and_rule_has_an_id_of_its_own() -> None:
    ids = Counter(str(item["objectID"]) for item in (*synonyms(), *query_rules()))
    assert [name for name, count in ids.items() if count > 1] == []


def test_no_word_stands_in_two_groups_of_synonyms() -> None:
    words = Counter(word for group in SAME for word in group)
    assert [word for word, count in words.items() if count > 1] == []


def test_a_word_of_a_trade_is_one_word_and_means_nothing_else_in_our_tables() -> None:
    terms = [term for term, _ in technical_terms()]
    assert [term for term, count in Counter(terms).items() if count > 1] == []
    assert [term for term in terms if not term.isalnum()] == [], "Algolia's alternative corrections are of one word"
    others = {word for group in SAME for word in group} | {word for word, _ in ONE_WAY}
    assert [term for term in terms if term in others] == []


def test_two_way_synonyms_stay_within_algolias_twenty_members() -> None:
    assert all(2 <= len(group) <= 20 for group in SAME)


def test_no_two_rules_share_a_pattern() -> None:
    patterns = Counter(rule["conditions"][0]["pattern"] for rule in query_rules())
    assert [pattern for pattern, count in patterns.items() if count > 1] == []


def test_level_words_are_written_as_algolia_compares_them() -> None:
    assert all(fold(word) == word for words in LEVEL_WORDS.values() for word in words)


@pytest.mark.parametrize(
    ("written", "named"),
    [("es", "Spanish"), ("Español", "Spanish"), ("es-419", "Spanish"), ("Spanish - Mexico", "Spanish"),
     ("zh_CN", "Chinese"), ("Klingon", "Klingon"), (" ", None), (None, None)],
)  # fmt: skip
def test_names_a_language_in_english(written: str | None, named: str | None) -> None:
    assert canonical_language(written) == named


@pytest.mark.parametrize(
    ("written", "named"), [("beginner", "Introductory"), ("Entry-Level", "Introductory"), ("PhD", "PhD"), ("", None)]
)
def test_names_a_level_as_edx_does(written: str, named: str | None) -> None:
    assert canonical_level(written) == named
