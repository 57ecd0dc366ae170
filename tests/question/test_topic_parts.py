"""A topic is cut into the things that it names, and each is found in a text as a whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.question.subjects import spellings
from services.question.tokens import same_words, words_of
from services.question.topic_parts import topic_parts


@pytest.mark.parametrize(
    ("topic", "parts"),
    [
        ("machine learning python", ["machine learning", "python"]),
        ("Data Science", ["Data Science"]),
        ("programar", ["programar"]),
        ("机器学习", ["机器学习"]),
        ("汉语", ["汉语"]),
        ("recognise pictures", ["recognise pictures"]),
        ("C++ and C", ["C++", "C"]),
        ("watercolour of the", ["watercolour"]),
        ("the of a 7", []),
        ("", []),
    ],
)
def test_cuts_a_topic_into_what_it_names(topic: str, parts: list[str]) -> None:
    assert [part.said for part in topic_parts(topic)] == parts


@pytest.mark.parametrize(
    ("topic", "text", "words"),
    [
        ("machine learning", "Deep learning and Machine Learning at work", "Machine Learning"),
        ("machine learning", "Learning to learn", None),
        ("data science", "Computer Science", None),
        ("java", "JavaScript for all", None),
        ("programación", "Programming for All", "Programming"),
        ("physics", "Physical Education", None),
        ("programming", "Everyday Python", "Python"),
        ("pyhton", "Python 3", "Python"),
        ("watercolors", "Watercolor in a Week", "Watercolor"),
        ("ceramic", "Ceramics of Iran", "Ceramics"),
        ("drugs", "Pharmacology", "Pharmacology"),
        ("学习", "机器学习基础", "学习"),
    ],
)
def test_finds_what_is_named_as_a_whole(topic: str, text: str, words: str | None) -> None:
    (part,) = topic_parts(topic)
    assert part.found_in(text) == words


@given(st.text(max_size=60), st.text(max_size=60))
def test_tells_only_words_that_stand_in_the_text(topic: str, text: str) -> None:
    for part in topic_parts(topic):
        words = part.found_in(text)
        assert words is None or (words in text and words_of(words))


@given(st.sampled_from(sorted(spellings())))
def test_finds_every_subject_in_its_own_name(name: tuple[str, ...]) -> None:
    said = " ".join(name)
    for part in topic_parts(said):
        assert part.found_in(f"an {said} course") is not None or same_words(said) != name


def test_a_language_of_one_letter_is_a_name_where_it_is_written_large() -> None:
    (part,) = topic_parts("R")
    assert part.found_in("Data Visualization in R with ggplot2") == "R"
    assert part.found_in("Drawing") is None
    assert topic_parts("r") == ()
