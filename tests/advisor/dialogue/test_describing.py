"""What a description says to a question, and what is told where it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from services.advisor.dialogue.describing import answering
from services.advisor.dialogue.phrasebook import LANGUAGES, say
from services.advisor.dialogue.planner import step
from services.advisor.dialogue.state import NamedCourse
from services.advisor.dialogue.tracker import replay
from services.question.course_keys import find_numbers, number_of

Json = dict[str, Any]
POTTERY = NamedCourse("TestX+POT101", "Pots from Local Clay")
SOLDERING = NamedCourse("TestX+SOL201", "Soldering Small Boards")
CHEMISTRY = NamedCourse("OtherX+POT101", "Potassium and Its Friends")


def record(course: NamedCourse, short: str, whole: str, **told: Any) -> Json:
    """Make a course as `/courses/{course_key}` answers it."""
    made: Json = {"course_key": course.key, "title": course.title, "level": "Introductory", "language": "English"}
    lists: Json = {"prerequisites": [], "leads_to": [], "skills": [], "subjects": [], "runs": []}
    texts: Json = {"short_description": short, "description": whole, "standing": None, "availability": "Available now"}
    return made | lists | texts | told


CLAY = record(
    POTTERY,
    "Bowls, glazes and a kiln in the yard.",
    "No exam, only bowls. Twenty minutes a day at the wheel. You need a bucket and a knife. Cracked pots are mended.",
)


@pytest.mark.parametrize(
    ("asked", "spoken", "said"),
    [
        ("will I be tested?", "en", "No exam, only bowls."),
        ("gibt es eine Klausur?", "de", "No exam, only bowls."),
        ("¿hay examen al final?", "es", "No exam, only bowls."),
        ("il y a une épreuve ?", "fr", "No exam, only bowls."),
        ("tem prova no fim?", "pt", "No exam, only bowls."),
        ("最后有考试吗？", "zh", "No exam, only bowls."),
        ("هل يوجد امتحان؟", "ar", "No exam, only bowls."),
        ("how many hours a week is it?", "en", "Twenty minutes a day at the wheel."),
        ("is there anything on glazing?", "en", "Bowls, glazes and a kiln in the yard."),
        ("mending what cracked, is that in it?", "en", "Cracked pots are mended."),
    ],
)
def test_the_sentence_of_a_description_that_answers_is_told(asked: str, spoken: str, said: str) -> None:
    assert answering(CLAY, asked, spoken) == [said]


@pytest.mark.parametrize("asked", ["when does it start?", "who teaches it?", "are pots made?", "does it do taxes?"])
def test_nothing_is_told_that_does_not_answer(asked: str) -> None:
    assert answering(CLAY, asked, "en") in ([], ["Cracked pots are mended."])


def test_two_sentences_are_told_at_most_and_each_once() -> None:
    course = record(POTTERY, "An exam.", "An exam. One more exam. Exams again.")
    assert answering(course, "is there an exam?", "en") == ["An exam.", "One more exam."]


def asked_of(*said: str, course: Json = CLAY, found: tuple[NamedCourse, ...] = (POTTERY,)) -> str:
    """Answer the last of what was said in turns, where the tools know one course."""
    state, change = replay([(("user", "assistant")[at % 2], text) for at, text in enumerate(said)], found)
    answer = step(state, change, [("read_course", {}, True, course)], {"read_course", "match_courses"})
    assert isinstance(answer, str)
    return answer


@pytest.mark.parametrize("asked", ["is there an exam?", "any tests in it?", "would I have an exam at the end?"])
def test_a_question_about_the_course_in_focus_is_answered_from_its_description(asked: str) -> None:
    answer = asked_of(f"what is {POTTERY.title} about?", f"“{POTTERY.title}” ({POTTERY.key}): Clay.", asked)

    assert answer.startswith(f"“{POTTERY.title}” ({POTTERY.key}): The description says: “No exam, only bowls.”")


def test_where_the_description_is_silent_it_is_said_and_given_to_be_read() -> None:
    answer = asked_of(f"{POTTERY.title}: is there a forum?")

    assert say("unknown", "en") in answer
    assert "The description says: “Bowls, glazes and a kiln in the yard." in answer


@pytest.mark.parametrize(
    ("asked", "pacing", "told"),
    [
        ("{}: fixed dates or at my own pace?", "self", "at your own pace"),
        ("that {} thing, can I go at my own speed?", "self", "at your own pace"),
        ("is {} self-paced?", "instructor", "with fixed dates"),
        ("ist {} im eigenen Tempo, oder gibt es feste Termine?", "self", "im eigenen Tempo"),
        ("«{}», ¿a mi ritmo o con fechas fijas?", "instructor", "fechas fijas"),
        ("《{}》是固定时间还是按自己的节奏？", "self", "按自己的进度"),
    ],
)
def test_whether_a_course_goes_at_one_s_own_pace_is_told_from_its_runs(asked: str, pacing: str, told: str) -> None:
    run = {"course_id": "r", "start": "2026-01-01", "end": None, "availability": "Available now", "pacing": pacing}
    old = run | {"availability": "Archived", "pacing": "instructor" if pacing == "self" else "self"}

    answer = asked_of(asked.format(POTTERY.title), course=CLAY | {"runs": [old, run]})

    assert told in answer


def test_the_pace_of_runs_that_do_not_tell_it_is_unknown_in_every_language() -> None:
    for language in LANGUAGES:
        assert say("pacing", language)
    assert "does not tell" in asked_of(f"{POTTERY.title}: is it self-paced?")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("is DS101 hard", ["ds101"]),
        ("hsk-201?", ["hsk201"]),
        ("TestX+DS101", []),
        ("HTML5, mp3 and A1", []),
        ("call 0800 101", []),
    ],
)
def test_a_number_without_its_organisation_is_found(text: str, numbers: list[str]) -> None:
    assert [one.written for one in find_numbers(text)] == numbers


def test_numbers_are_compared_without_case_and_hyphens() -> None:
    assert number_of("TestX+HSK-201") == "hsk201"


@pytest.mark.parametrize("asked", ["SOL201: is it hard?", "what do I need before sol-201?", "ist SOL201 schwer?"])
def test_a_course_is_meant_by_its_number_alone(asked: str) -> None:
    _, change = replay([("user", asked)], (POTTERY, SOLDERING))

    assert (change.kind, change.courses) == ("about", (SOLDERING,))


def test_a_number_that_two_organisations_have_tells_both() -> None:
    _, change = replay([("user", "how hard is POT101?")], (POTTERY, SOLDERING, CHEMISTRY))

    assert (change.kind, {one.key for one in change.courses}) == ("which", {POTTERY.key, CHEMISTRY.key})


LAID_OUT = "1. Beekeeping Basics (TestX+BEE1)\n2. Bread at Home (TestX+BRD1)\n3. Music Theory (TestX+MUS1)"


@pytest.mark.parametrize(
    ("said", "key"),
    [("das mit den Bienen, wie schwer ist das?", "TestX+BEE1"), ("the theory one, what level?", "TestX+MUS1")],
)
def test_one_of_those_shown_is_pointed_at_in_other_words_than_its_title_s(said: str, key: str) -> None:
    _, change = replay([("user", "something new"), ("assistant", LAID_OUT), ("user", said)])

    assert (change.kind, [one.key for one in change.courses]) == ("about", [key])


def test_among_those_laid_out_the_one_is_chosen_whose_record_says_most_of_it() -> None:
    courses = [CLAY, record(SOLDERING, "Tin, flux and patience.", "Repair a radio.", skills=["Electronics"])]
    said = [("user", "crafts"), ("assistant", f"1. {POTTERY.title} ({POTTERY.key})\n2. {SOLDERING.title} "
            f"({SOLDERING.key})"), ("user", "which of them is about radios?")]  # fmt: skip
    state, change = replay(said)
    answer = step(state, change, [("read_course", {}, True, one) for one in courses], {"read_course"})

    assert isinstance(answer, str)
    assert answer.startswith(f"“{SOLDERING.title}”")
    assert POTTERY.key not in answer


@pytest.mark.parametrize(
    "said", ["is there the same in Spanish?", "gibt es das gleiche auf Spanisch?", "il y a la même chose en espagnol ?"]
)
def test_the_same_in_another_language_is_looked_for_after_a_course(said: str) -> None:
    told = f"“{POTTERY.title}” ({POTTERY.key}): Level: introductory."
    state, change = replay([("user", f"how hard is {POTTERY.title}?"), ("assistant", told), ("user", said)], (POTTERY,))
    calls = step(state, change, [], {"match_courses"})

    assert isinstance(calls, list)
    assert [(name, asked["language"]) for name, asked in calls] == [("match_courses", "Spanish")]


@pytest.mark.parametrize("said", ["so which do I take first?", "which goes first?", "por cuál empiezo primero?"])
def test_what_comes_first_of_two_compared_is_asked_of_both(said: str) -> None:
    lines = (f"“{one.title}” ({one.key}): Level: introductory." for one in (POTTERY, SOLDERING))
    told = "\n".join(lines)
    _, change = replay([("user", "compare them"), ("assistant", told), ("user", said)])

    assert (change.kind, change.aspect, len(change.courses)) == ("which", "order", 2)
