"""Every row of every table does what it says, in its own example."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.course_record.levels import LEVELS
from services.question import excluded, read_question
from services.question.acts import find_acts
from services.question.attitudes import find_attitudes
from services.question.details import find_details
from services.question.emergencies import is_emergency
from services.question.everyday import find_terms
from services.question.phrases import ROWS, Row, read_rows
from services.question.references import find_references
from services.question.subjects import spellings
from services.question.tokens import same_words, tokens, words_of

TABLES = sorted(path.stem for path in ROWS.glob("*.txt"))


def of_every_row(table: str, *meanings: str) -> Callable[[Callable[[Row], None]], Callable[[], None]]:
    """Make what holds of one row a test of all rows of a table; it names each row of which it does not hold.

    pytest would collect thousands of cases in every process of a parallel run, and tell each other of every one.
    """

    def over(holds: Callable[[Row], None]) -> Callable[[], None]:
        rows = [row for row in read_rows(table) if not meanings or row.meaning in meanings]

        def test() -> None:
            assert rows
            wrong = []
            for row in rows:
                try:
                    holds(row)
                except AssertionError as failure:
                    wrong.append(f"{row}: {failure}")
            assert not wrong, f"{len(wrong)} rows\n" + "\n".join(wrong)

        return test

    return over


@of_every_row("levels")
def test_a_level_is_read_and_leaves_the_topic(row: Row) -> None:
    asked = read_question(row.sentence)
    assert asked.level == (None if row.meaning == "Any" else row.meaning), row
    assert row.meaning in (*LEVELS, "Any")
    assert asked.topic.casefold() == "python", row


@of_every_row("exclusion_cues")
def test_what_follows_a_refusal_is_excluded_and_nothing_else(row: Row) -> None:
    asked = read_question(row.sentence)
    assert [same_words(one.said) for one in asked.excluded] == [same_words(STATISTICS[row.language])], row
    assert "stat" not in asked.topic.casefold(), row


STATISTICS = {
    "en": "statistics", "es": "estadística", "fr": "statistique", "de": "statistik", "pt": "estatística",
    "zh": "统计", "ar": "الإحصاء",
}  # fmt: skip


@of_every_row("attitudes")
def test_a_clause_refuses_or_knows_the_subject_in_it(row: Row) -> None:
    subject = "" if row.meaning == "known" else STATISTICS[row.language]
    halves = row.phrase.split("…")
    said = f"{halves[0].strip()} {subject} {halves[1].strip()}" if len(halves) == 2 else row.sentence
    sentence = tokens(said)
    felt = [*find_attitudes(sentence, [False] * len(sentence), WRITTEN[row.language])]
    assert [one.attitude for one in felt] == [row.meaning], row


WRITTEN = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "zh": "Chinese",
    "ar": "Arabic",
}  # fmt: skip


@of_every_row("plain_speech")
def test_a_manner_of_speaking_refuses_nothing(row: Row) -> None:
    assert not read_question(row.sentence).excluded, row


@of_every_row("refusals")
def test_a_refused_level_or_language_is_not_asked_for(row: Row) -> None:
    asked = read_question(row.sentence)
    assert asked.not_languages if row.meaning == "language" else asked.not_levels, asked
    assert not asked.language
    assert not asked.excluded


@of_every_row("taught_in", "before", "after")
def test_a_language_of_teaching_is_read(row: Row) -> None:
    asked = read_question(row.sentence)
    assert asked.language == "French", row


@of_every_row("numbers")
def test_a_number_of_courses_is_read(row: Row) -> None:
    assert read_question(row.sentence).limit == int(row.meaning), row


@of_every_row("filler")
def test_filler_alone_names_nothing_to_learn(row: Row) -> None:
    assert read_question(row.sentence).topic == "", row


@of_every_row("subjects")
def test_a_subject_is_known_by_each_of_its_names(row: Row) -> None:
    assert row.meaning in spellings()[same_words(row.phrase)]


@of_every_row("wider_subjects")
def test_without_a_wide_subject_goes_what_it_holds(row: Row) -> None:
    assert excluded(row.meaning).is_in([row.phrase])


@of_every_row("references")
def test_a_reference_points_at_its_place(row: Row) -> None:
    found = find_references(tokens(row.sentence))
    assert [one.meaning for one in found] == [row.meaning], row
    assert [one.place for one in found] == [int(row.meaning) if row.meaning.lstrip("-").isdecimal() else 0], row


@of_every_row("acts")
def test_an_act_is_found_where_its_words_stand(row: Row) -> None:
    found = [act for act in find_acts(row.sentence, row.language) if act.name == row.meaning]
    assert found, row
    assert all(row.sentence[act.start : act.end].strip() for act in found)


@of_every_row("emergencies", "hurt", "despair")
def test_danger_is_heard_in_any_sentence(row: Row) -> None:
    assert is_emergency(row.sentence), row


@of_every_row("emergencies", "learning")
def test_who_wants_to_learn_what_helps_is_in_no_danger_and_who_despairs_is(row: Row) -> None:
    hurt, despair = (
        next(one.phrase for one in read_rows("emergencies") if (one.meaning, one.language) == (meaning, row.language))
        for meaning in ("hurt", "despair")
    )
    assert not is_emergency(f"{row.sentence}: {hurt}"), row
    assert is_emergency(f"{row.sentence}: {despair}"), row


@of_every_row("details")
def test_a_detail_is_found_where_its_words_stand(row: Row) -> None:
    assert row.meaning in [one.name for one in find_details(row.sentence, row.language)], row


@of_every_row("everyday_words")
def test_what_people_call_a_thing_is_said_in_the_words_of_courses(row: Row) -> None:
    assert row.meaning in [term.english for term in find_terms(row.sentence, row.language)], row


@pytest.mark.parametrize("table", ["first_words", "condition_names", "persons"])
def test_a_table_of_single_words_is_written_as_words_are_compared(table: str) -> None:
    for row in read_rows(table):
        assert " ".join(words_of(row.phrase)) == row.phrase, row


def test_every_table_is_tested_and_has_no_phrase_twice() -> None:
    read_whole = (
        "acts attitudes condition_names details emergencies everyday_words exclusion_cues filler first_words levels "
        "numbers persons plain_speech providers references refusals subjects taught_in wider_subjects"
    )
    assert sorted(read_whole.split()) == TABLES


@pytest.mark.parametrize(
    "said",
    ["how to avoid burnout", "cómo evitar el estrés", "comment éviter le gaspillage", "como evitar o desperdício",
     "how do i hide data in images", "i refuse to give up on calculus"],
)  # fmt: skip
def test_what_is_to_be_avoided_in_life_is_no_refusal_of_a_course(said: str) -> None:
    assert not read_question(said).excluded
