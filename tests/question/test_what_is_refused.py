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


@pytest.mark.parametrize(
    ("said", "level", "not_levels"),
    [
        ("chemistry, but please don't show me anything advanced", None, ("Advanced",)),
        ("dont give me beginner courses in chemistry", None, ("Introductory",)),
        ("no me muestres cursos avanzados de química", None, ("Advanced",)),
        ("chemistry, advanced", "Advanced", ()),
    ],
)
def test_a_level_that_is_not_to_be_shown_is_refused(said: str, level: str | None, not_levels: tuple[str, ...]) -> None:
    asked = read_question(said)

    assert (asked.level, asked.not_levels) == (level, not_levels)


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("show me 4 intermediate history courses", 4),
        ("recomiéndame dos cursos cortos de historia", 2),
        ("nenn mir drei Kurse zu Geschichte", 3),
        ("my uncle left me 40 records of jazz", None),
        ("give me 5 minutes of history", None),
    ],
)
def test_a_number_after_a_verb_of_giving_counts_courses(said: str, limit: int | None) -> None:
    assert read_question(said).limit == limit


@pytest.mark.parametrize(
    "said",
    [
        "programming that isn't about Java",
        "programação sem ser em Java",
        "programación que no sea en Java",
        "de la programmation, mais qui ne soit pas en Java",
    ],
)
def test_what_something_is_not_to_be_about_or_in_is_refused(said: str) -> None:
    assert [one.said for one in read_question(said).excluded] == ["Java"]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("wasps? no thanks", ["wasps"]),
        ("Latein? nein danke", ["Latein"]),
        ("biology? yes please", []),
        ("algebra and calculus bore me", ["algebra", "calculus"]),
        ("algebra and calculus", []),
        ("not the teamwork one either", ["teamwork"]),
        ("希腊的也不要", ["希腊"]),
        ("Chor? Singen will ich auch nix", ["Singen"]),
    ],
)
def test_short_answers_refuse_what_they_name(said: str, refused: list[str]) -> None:
    assert [one.said for one in read_question(said).excluded] == refused


@pytest.mark.parametrize(
    "said", ["ich kann kein Wort Englisch", "I don't know a word of English", "pas un mot d'anglais"]
)
def test_who_knows_no_word_of_a_language_wants_no_course_in_it(said: str) -> None:
    assert read_question(said).not_languages == ("English",)


@pytest.mark.parametrize(
    "said", ["she doesn't speak a word of German. is there a German course?", "no hablo nada de alemán, quiero alemán"]
)
def test_who_speaks_none_of_a_language_and_names_it_as_a_subject_refuses_none_in_it(said: str) -> None:
    assert read_question(said).not_languages == ()


@pytest.mark.parametrize(
    ("said", "topic", "refused"),
    [
        ("it's not that I dislike biology, I'd just like it without genetics", "biology", ["genetics"]),
        ("no tengo nada contra la música, pero sin guitarra", "música", ["guitarra"]),
        ("ich habe nichts gegen Chemie, aber keine Physik", "Chemie", ["Physik"]),
        ("another language, Italian and Russian bore me", "language", ["Italian", "Russian"]),
    ],
)
def test_nothing_against_something_refuses_it_not_and_languages_are_refused_as_subjects(
    said: str, topic: str, refused: list[str]
) -> None:
    asked = read_question(said)

    assert topic in asked.topic
    assert [one.said for one in asked.excluded] == refused
