"""A topic is cut into the things that it names, and each is found in a text as a whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.question.subjects import spellings
from services.question.tokens import same_words, words_of
from services.question.topic_parts import topic_parts, words_of_manner


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
        ("pagerank algorithm", ["pagerank"]),
        ("sharpen time management", ["time management"]),
        ("art of public speaking", ["public speaking"]),
        ("techniques of gilding", ["gilding"]),
        ("enhance academic writing abilities", ["academic", "writing"]),
        ("algorithm", ["algorithm"]),
        ("algorithm design", ["algorithm", "design"]),
        ("methods", ["methods"]),
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


def test_words_of_manner_are_those_that_are_left_out_beside_a_name() -> None:
    assert words_of_manner("sharpen negotiation techniques") == ("sharpen", "technique")
    assert words_of_manner("algorithms") == ()


def test_a_word_mended_to_be_found_is_told_apart() -> None:
    for typed, written in (("photograpy", "Photography"), ("ceramcis", "Ceramics"), ("sculptrue", "Sculpture")):
        (part,) = topic_parts(typed)
        assert part.found_in(f"{written} of Iran") == written
        assert part.found_in(f"{written} of Iran", slips=False) is None
    for typed, written in (("gilded", "Gilder"), ("colour", "Color"), ("ceramic", "Ceramics")):
        (part,) = topic_parts(typed)
        assert part.found_in(f"{written} of Iran", slips=False) == written, "another form is no slip"


def test_a_word_of_a_trade_is_taught_by_its_subject_which_does_not_name_it() -> None:
    (part,) = topic_parts("eigenvalues")
    assert part.taught_by("Linear Algebra I")
    assert not part.taught_by("College Algebra")
    assert part.found_in("Linear Algebra I") is None


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
