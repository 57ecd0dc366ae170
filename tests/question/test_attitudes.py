"""What a clause refuses or knows, whatever the order of its words; and what is no such thing."""

from __future__ import annotations

import pytest

from services.question import read_question
from services.question.spelling import mended


@pytest.mark.parametrize(
    ("said", "topic", "refused"),
    [
        ("programming but java is a dealbreaker", "programming", ["java"]),
        ("Ich suche etwas mit Medizin, Genetik kann mir aber gestohlen bleiben", "Medizin", ["Genetik"]),
        ("history but leave Rome out", "history", ["Rome"]),
        ("I need cooking ideas, baking excluded", "cooking", ["baking"]),
        ("física sí, pero matemáticas ni en broma", "física", ["matemáticas"]),
        ("je veux de la musique mais l'opéra très peu pour moi", "musique", ["opéra"]),
        ("my daughter loves biology hates chemistry", "biology", ["chemistry"]),
        ("a maths-free physics course", "physics", ["maths"]),
        ("不想再碰统计了，想学点艺术", "艺术", ["统计"]),
    ],
)
def test_a_clause_that_refuses_a_subject_excludes_it(said: str, topic: str, refused: list[str]) -> None:
    asked = read_question(said)

    assert asked.topic == topic
    assert [one.said for one in asked.excluded] == refused


@pytest.mark.parametrize(
    ("said", "topic", "known"),
    [
        ("data courses please - I'm already fluent in SQL so leave that", "data", ("SQL",)),
        ("I know some maths and want machine learning", "machine learning", ("maths",)),
        ("ya sé programar en python, ¿qué hay de datos?", "datos", ("programar", "python")),
    ],
)
def test_what_somebody_knows_is_neither_wanted_nor_refused(said: str, topic: str, known: tuple[str, ...]) -> None:
    asked = read_question(said)

    assert (asked.topic, asked.known, asked.excluded) == (topic, known, ())


@pytest.mark.parametrize(
    ("said", "topic", "refused"),
    [
        ("algebra scares me. any course?", "algebra", []),
        ("physics please, I'm terrible at maths though", "physics", ["maths"]),
        ("I'm bad at maths", "maths", []),
        ("me dan miedo las matemáticas", "matemáticas", []),
        ("química, pero me dan miedo las matemáticas", "química", ["matemáticas"]),
        ("ich bin schlecht in Mathe", "Mathe", []),
    ],
)
def test_what_is_feared_is_refused_beside_a_wish_and_alone_is_the_wish(
    said: str, topic: str, refused: list[str]
) -> None:
    asked = read_question(said)

    assert topic in asked.topic
    assert [one.said for one in asked.excluded] == refused


@pytest.mark.parametrize(
    "said",
    [
        "Ich bin Azubi und überlege was Richtung erneuerbare Energien",  # "bin" refuses in English alone
        "sin inglés por favor, que no lo entiendo: algo de leyes",
        "quero abrir uma loja, a gente não sabe nada de preço",
        "smth not boring pls",
    ],
)
def test_words_that_refuse_in_another_language_or_of_nothing_exclude_nothing(said: str) -> None:
    assert read_question(said).excluded == ()


def no_word(_: str) -> bool:
    """Know no word but those of the tables."""
    return False


def test_a_word_of_the_language_is_no_slip_of_another() -> None:
    words = {"kleinen", "patents"}

    assert mended("patents for a kleinen shop", "de", words.__contains__) == "patents for a kleinen shop"
    assert mended("i wnat that", "en", {"wnat"}.__contains__) == "i want that"


@pytest.mark.parametrize("said", ["the roman one", "the medicinal one", "arduino and sensors"])
def test_another_form_of_a_word_is_no_slip(said: str) -> None:
    assert mended(said, "en", no_word) == said


@pytest.mark.parametrize(
    ("said", "meant"), [("pyton", "python"), ("statitsics", "statistics"), ("databaces", "databases")]
)
def test_a_slip_is_mended(said: str, meant: str) -> None:
    assert mended(said, "en", no_word) == meant
