"""Courses named by their titles, in words that nothing had shown before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.advisor.dialogue.state import Change, NamedCourse, State
from services.advisor.dialogue.titles import HIDDEN, find_hidden, hidden, said_titles, without_signs
from services.advisor.dialogue.tracker import replay

QUANTUM = NamedCourse("KaveriX+PH301", "Quantum Mechanics: A First Course")
MEDICINAL = NamedCourse("KaveriX+CH301", "Medicinal Chemistry: How Drugs Are Designed")
HASKELL = NamedCourse("TarnwoodX+FP301", "Functional Programming in Haskell")
IOT = NamedCourse("QuaysideX+EE301", "Embedded Systems and the Internet of Things")
ALGEBRA = NamedCourse("HaldenX+MA120", "Linear Algebra in Pictures")
CARE = NamedCourse("LindenauX+PFL201", "Pflege zu Hause: Angehörige begleiten")
DEEP = NamedCourse("YunheX+DL301", "深度学习与神经网络")
COURSES = (QUANTUM, MEDICINAL, HASKELL, IOT, ALGEBRA, CARE, DEEP)


def understood(said: str, found: tuple[NamedCourse, ...] = COURSES) -> tuple[State, Change]:
    return replay([("user", said)], found)


@pytest.mark.parametrize(
    ("said", "course", "aspect"),
    [
        ("prereqs for the Medicinal Chemistry course", MEDICINAL, "prerequisites"),
        ("Functional Programming in Haskell - when can I join?", HASKELL, "dates"),
        ("functional programing in haskell: is it hard?", HASKELL, "level"),
        ("Ist der Kurs 'Pflege zu Hause: Angehörige begleiten' schwer?", CARE, "level"),
        ("《深度学习与神经网络》难吗？", DEEP, "level"),
    ],
)
def test_a_question_about_a_title_is_about_that_course(said: str, course: NamedCourse, aspect: str) -> None:
    _, change = understood(said)

    assert (change.kind, change.aspect) == ("about", aspect)
    assert change.courses == (course,)


def test_a_part_of_a_title_names_the_only_course_that_has_it() -> None:
    _, change = understood("The Internet of Things one. What is missing for me?")

    assert (change.kind, change.courses) == ("about", (IOT,))


@pytest.mark.parametrize("said", ["I want to learn linear algebra", "anything on functional programming?"])
def test_a_wish_for_a_subject_that_a_title_holds_is_a_wish(said: str) -> None:
    state, change = understood(said)

    assert change.kind == "new_topic"
    assert state.wanted.topic


def test_a_title_that_is_refused_is_no_question_about_it() -> None:
    state, _ = understood("chemistry, but no medicinal chemistry")

    assert state.wanted.topic == "chemistry"
    assert state.wanted.excluded == ("medicinal chemistry",)


def test_nothing_within_a_title_is_a_wish_or_a_condition() -> None:
    state, _ = understood("do I have what 'Quantum Mechanics: A First Course' asks for?")

    assert (state.wanted.topic, state.wanted.level) == ("", None)


def test_two_courses_with_the_same_words_are_not_told_apart_by_them() -> None:
    other = NamedCourse("HaldenX+MA220", "Applied Linear Algebra")

    assert said_titles("is linear algebra hard?", (ALGEBRA, other)) == ()


@given(st.text(max_size=60), st.lists(st.sampled_from(COURSES), max_size=5))
def test_hiding_titles_keeps_the_rest_of_a_text(text: str, courses: list[NamedCourse]) -> None:
    plain = without_signs(text)
    titled = said_titles(plain, courses)
    written = hidden(plain, titled)

    assert [number for number, _ in find_hidden(written)] == list(range(len(titled)))
    assert len(written) == len(plain) - sum(one.end - one.start - 1 for one in titled)
    assert not set(HIDDEN) & set(plain)
