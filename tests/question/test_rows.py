"""Every row of every table does what it says, in its own example."""

from __future__ import annotations

import pytest

from services.course_record.levels import LEVELS
from services.question import excluded, read_question
from services.question.acts import find_acts
from services.question.attitudes import find_attitudes
from services.question.everyday import find_terms
from services.question.phrases import ROWS, Row, read_rows
from services.question.references import find_references
from services.question.subjects import spellings
from services.question.tokens import same_words, tokens, words_of

TABLES = sorted(path.stem for path in ROWS.glob("*.txt"))


def lines(table: str, *meanings: str) -> list[list[Row]]:
    """Every line of a table: the phrases of one meaning in one language with one example."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in read_rows(table):
        if not meanings or row.meaning in meanings:
            found.setdefault((row.meaning, row.language, row.example), []).append(row)
    return list(found.values())


def named(line: list[Row]) -> str:
    return f"{line[0].meaning}-{line[0].language}"


@pytest.mark.parametrize("line", lines("levels"), ids=named)
def test_a_level_is_read_and_leaves_the_topic(line: list[Row]) -> None:
    for row in line:
        asked = read_question(row.sentence)
        assert asked.level == row.meaning, row
        assert row.meaning in LEVELS
        assert asked.topic.casefold() == "python", row


@pytest.mark.parametrize("line", lines("exclusion_cues"), ids=named)
def test_what_follows_a_refusal_is_excluded_and_nothing_else(line: list[Row]) -> None:
    for row in line:
        asked = read_question(row.sentence)
        assert [same_words(one.said) for one in asked.excluded] == [same_words(STATISTICS[row.language])], row
        assert "stat" not in asked.topic.casefold(), row


STATISTICS = {
    "en": "statistics", "es": "estadística", "fr": "statistique", "de": "statistik", "pt": "estatística",
    "zh": "统计", "ar": "الإحصاء",
}  # fmt: skip


@pytest.mark.parametrize("line", lines("attitudes"), ids=named)
def test_a_clause_refuses_or_knows_the_subject_in_it(line: list[Row]) -> None:
    for row in line:
        subject = STATISTICS[row.language] if row.meaning == "refused" else ""
        halves = row.phrase.split("…")
        said = f"{halves[0].strip()} {subject} {halves[1].strip()}" if len(halves) == 2 else row.sentence
        sentence = tokens(said)
        felt = [*find_attitudes(sentence, [False] * len(sentence), WRITTEN[row.language])]
        assert [one.attitude for one in felt] == [row.meaning], row


WRITTEN = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "zh": "Chinese",
    "ar": "Arabic",
}  # fmt: skip


@pytest.mark.parametrize("line", lines("plain_speech"), ids=named)
def test_a_manner_of_speaking_refuses_nothing(line: list[Row]) -> None:
    for row in line:
        assert not read_question(row.sentence).excluded, row


@pytest.mark.parametrize("line", lines("refusals"), ids=named)
def test_a_refused_level_or_language_is_not_asked_for(line: list[Row]) -> None:
    for row in line:
        asked = read_question(row.sentence)
        assert asked.not_languages if row.meaning == "language" else asked.not_levels, asked
        assert not asked.language
        assert not asked.excluded


@pytest.mark.parametrize("line", lines("taught_in", "before", "after"), ids=named)
def test_a_language_of_teaching_is_read(line: list[Row]) -> None:
    for row in line:
        asked = read_question(row.sentence)
        assert asked.language == "French", row


@pytest.mark.parametrize("line", lines("numbers"), ids=named)
def test_a_number_of_courses_is_read(line: list[Row]) -> None:
    for row in line:
        assert read_question(row.sentence).limit == int(row.meaning), row


@pytest.mark.parametrize("line", lines("filler"), ids=named)
def test_filler_alone_names_nothing_to_learn(line: list[Row]) -> None:
    for row in line:
        assert read_question(row.sentence).topic == "", row


@pytest.mark.parametrize("line", lines("subjects"), ids=named)
def test_a_subject_is_known_by_each_of_its_names(line: list[Row]) -> None:
    for row in line:
        assert row.meaning in spellings()[same_words(row.phrase)]


@pytest.mark.parametrize("line", lines("wider_subjects"), ids=named)
def test_without_a_wide_subject_goes_what_it_holds(line: list[Row]) -> None:
    for row in line:
        assert excluded(row.meaning).is_in([row.phrase])


@pytest.mark.parametrize("line", lines("references"), ids=named)
def test_a_reference_points_at_its_place(line: list[Row]) -> None:
    for row in line:
        found = find_references(tokens(row.sentence))
        assert [one.meaning for one in found] == [row.meaning], row
        assert [one.place for one in found] == [int(row.meaning) if row.meaning.lstrip("-").isdecimal() else 0], row


@pytest.mark.parametrize("line", lines("acts"), ids=named)
def test_an_act_is_found_where_its_words_stand(line: list[Row]) -> None:
    for row in line:
        found = [act for act in find_acts(row.sentence, row.language) if act.name == row.meaning]
        assert found, row
        assert all(row.sentence[act.start : act.end].strip() for act in found)


@pytest.mark.parametrize("line", lines("everyday_words"), ids=named)
def test_what_people_call_a_thing_is_said_in_the_words_of_courses(line: list[Row]) -> None:
    for row in line:
        assert row.meaning in [term.english for term in find_terms(row.sentence, row.language)], row


@pytest.mark.parametrize("table", ["first_words", "condition_names", "persons"])
def test_a_table_of_single_words_is_written_as_words_are_compared(table: str) -> None:
    for row in read_rows(table):
        assert " ".join(words_of(row.phrase)) == row.phrase, row


def test_every_table_is_tested_and_has_no_phrase_twice() -> None:
    read_whole = (
        "acts attitudes condition_names everyday_words exclusion_cues filler first_words levels numbers persons "
        "plain_speech references refusals subjects taught_in wider_subjects"
    )
    assert sorted([*read_whole.split(), "languages"]) == TABLES
