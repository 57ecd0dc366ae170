"""What is refused, by parameter or in the words, is neither searched for nor answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.files import COURSES
from services.course_record import CourseRecord
from services.course_record.languages import fold
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.matching import Matching, refused_in
from services.coursematch.recommendation import (
    Candidate,
    Learner,
    Preferences,
    Refusals,
    rank_for_learner,
    rank_matches,
)
from services.learner_history import Enrollment, LearnerHistory
from services.question import excluded, names, read_question
from tests.coursematch.tokens import bearer

CATALOGUE: dict[str, dict[str, Any]] = {
    course["key"]: course for course in map(json.loads, COURSES.read_text(encoding="utf-8").splitlines())
}
SKILLS = sorted({skill for course in CATALOGUE.values() for skill in course["skills"]})
SUBJECTS = sorted({subject for course in CATALOGUE.values() for subject in course["subjects"]})


def _found(client: FlaskClient, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    response = client.get("/coursematch", query_string=query, headers=headers)
    assert response.status_code == 200, response.get_data(as_text=True)
    return dict(response.get_json())


def _texts(key: str) -> tuple[str, ...]:
    course = CATALOGUE[key]
    return (course["title"], *course["subjects"], *course["skills"])


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("data science but not in Python", "python"),
        ("programming without maths", "mathematics"),
        ("cloud computing other than AWS", "amazon web services"),
        ("statistics without machine learning", "ml"),
        ("programación sin matemáticas", "algebra"),
        ("apprendre la statistique sans programmation", "programming"),
        ("Datenanalyse, aber nicht mit Excel", "excel"),
        ("learn statistics without coding.", "python"),
        ("anything except economics", "economics"),
        ("I dislike physics, but love music", "physics"),
    ],
)
def test_answers_nothing_that_the_words_refuse(client: FlaskClient, question: str, term: str) -> None:
    answer = _found(client, keywords=question, limit=100)
    assert answer["matches"]
    assert answer["query"]["excluded"]
    assert term not in answer["query"]["words"].casefold()
    assert not [match["title"] for match in answer["matches"] if names(_texts(match["course_key"]), {term})]


@pytest.mark.parametrize(
    "question",
    [
        "web development without experience",
        "python without any prior knowledge",
        "i do not know anything about python",
        "not sure where to start with data",
        "no-code app building",
        "doctors without borders",
        "how to live without regrets",
        "",
    ],
)
def test_takes_no_manner_of_speaking_for_a_refusal(question: str) -> None:
    assert refused_in(read_question(question)) == Refusals()


@settings(max_examples=30, deadline=None)  # each example asks the index; the deadline is off: no test is timed
@given(
    terms=st.lists(st.sampled_from([*SKILLS, *SUBJECTS]), min_size=1, max_size=4, unique=True),
    levels=st.lists(st.sampled_from(["Introductory", "advanced"]), max_size=2, unique=True),
    languages=st.lists(st.sampled_from(["English", "es", "Deutsch"]), max_size=2, unique=True),
    keywords=st.sampled_from(["data", "programming", "history of art", "salud", "economics and business"]),
)
def test_answers_nothing_that_the_parameters_refuse(
    client: FlaskClient, terms: list[str], levels: list[str], languages: list[str], keywords: str
) -> None:
    query = {"keywords": keywords, "limit": 50, "exclude": terms, "exclude_levels": levels}
    answer = _found(client, **query, exclude_languages=languages)
    named = {"es": "Spanish", "Deutsch": "German"}
    for match in answer["matches"]:
        assert match["level"] not in {level.capitalize() for level in levels}
        assert match["language"] not in {named.get(language, language) for language in languages}
        assert not names(_texts(match["course_key"]), {term.casefold() for term in terms})


def test_takes_commas_for_repetitions(client: FlaskClient) -> None:
    parted = _found(client, keywords="data science", exclude="python, statistics", exclude_levels="Advanced")
    repeated = _found(client, keywords="data science", exclude=["statistics", "python"], exclude_levels="advanced")
    assert parted["matches"] == repeated["matches"] != []
    assert sorted(parted["query"]["excluded"]) == ["Advanced", "python", "statistics"]


def test_answers_others_than_the_courses_refused(client: FlaskClient) -> None:
    first = [match["course_key"] for match in _found(client, keywords="python", limit=5)["matches"]]
    second = _found(client, keywords="python", limit=5, exclude_courses=[key.lower() for key in first])["matches"]
    assert second
    assert not {*first} & {match["course_key"] for match in second}


def test_recommends_nothing_that_is_refused(client: FlaskClient) -> None:
    def recommended(**query: Any) -> list[dict[str, Any]]:
        query |= {"student_id": "1", "limit": 100}
        response = client.get("/recommendations", query_string=query, headers=bearer("1"))
        return list(response.get_json()["recommendations"])

    before = recommended()
    (first, *_) = before
    after = recommended(exclude="programming", exclude_levels="Advanced", exclude_courses=first["course_key"])
    assert after
    assert any(names(_texts(course["course_key"]), {"python"}) for course in before)
    for course in after:
        assert not names(_texts(course["course_key"]), {"python", "programming"})
        assert course["level"] != "Advanced"
        assert course["course_key"] != first["course_key"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"exclude": " , "}, "`exclude` is empty"),
        ({"exclude": ["x" * 65]}, "shorten it to 64"),
        ({"exclude": [str(number) for number in range(21)]}, "at most 20"),
        ({"exclude_levels": "hard"}, "may hold only Introductory, Intermediate, Advanced"),
        ({"exclude_courses": ",".join(["A+1"] * 101)}, "at most 100"),
        ({"exclude_organisations": ",".join(map(str, range(21)))}, "at most 20"),
        ({"organisation": " "}, "`organisation` is empty"),
        ({"excludes": "x"}, "Did you mean `exclude`"),
    ],
)
def test_says_how_to_refuse(client: FlaskClient, query: dict[str, Any], says: str) -> None:
    response = client.get("/coursematch", query_string={"keywords": "python", **query})
    assert response.status_code == 400
    assert says in response.get_json(force=True)["detail"]


def test_drops_what_is_refused_from_both_orders() -> None:
    courses = [
        CourseRecord(course_key="A+1", title="Python for Data Science", language="English"),
        CourseRecord(course_key="A+2", title="Data Science", skills=("Python",), language="English"),
        CourseRecord(course_key="A+3", title="Data Science with R", language="English"),
    ]
    refused = Refusals(topics=(excluded("python"),))

    found = rank_matches([Candidate(course) for course in courses], 3, refused=refused)
    next_ones = rank_for_learner(Learner(), courses, 3, refused=refused)

    assert [match.record.course_key for match in found] == ["A+3"]
    assert [course.record.course_key for course in next_ones] == ["A+3"]


def test_knows_a_name_from_one_that_begins_with_it() -> None:
    assert names(("Java for Beginners",), frozenset({"java"}))
    assert not names(("JavaScript for Beginners",), frozenset({"java"}))
    assert not names(("Modern C++",), frozenset({"c"}))
    assert names(("Relational Databases",), frozenset({"database"}))


def _in(language: str | None, number: int) -> Candidate:
    return Candidate(CourseRecord(course_key=f"A+{number}", title=f"Excel {number}", language=language), relevance=0.5)


def test_prefers_the_usual_language_where_the_question_tells_none() -> None:
    candidates = [_in("Spanish", 1), _in("English", 2), _in("English", 3), _in(None, 4), _in("English", 5)]

    unknown = rank_matches(candidates, 5)
    spanish = rank_matches(candidates, 5, preferences=Preferences(written_in="Spanish"))

    assert [match.record.course_key for match in unknown] == ["A+2", "A+3", "A+4", "A+5", "A+1"]
    assert spanish[0].record.course_key == "A+1"


def test_prefers_no_language_where_none_is_usual() -> None:
    candidates = [_in("Spanish", 1), _in("English", 2), _in("French", 3), _in("English", 4)]

    assert [match.record.course_key for match in rank_matches(candidates, 4)] == ["A+1", "A+2", "A+3", "A+4"]


@pytest.mark.parametrize("written", ["HaldenX", "haldenx", "Halden", "HALDENX, meridianx", ["MeridianX", "Halden"]])
def test_answers_courses_of_the_organisations_alone(client: FlaskClient, written: str | list[str]) -> None:
    answer = _found(client, keywords="programming", limit=50, organisation=written)

    allowed = {"HaldenX", "MeridianX"} if "meridian" in str(written).casefold() else {"HaldenX"}
    assert answer["matches"]
    assert {CATALOGUE[match["course_key"]]["org"] for match in answer["matches"]} <= allowed
    assert answer["query"]["organisations"]


@pytest.mark.parametrize("written", ["HaldenX", "halden"])
def test_answers_no_course_of_an_organisation_refused(client: FlaskClient, written: str) -> None:
    answer = _found(client, keywords="statistics", limit=50, exclude_organisations=f"{written},TarnwoodX")

    assert answer["matches"]
    assert not {"HaldenX", "TarnwoodX"} & {CATALOGUE[match["course_key"]]["org"] for match in answer["matches"]}
    assert written in answer["query"]["excluded"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("statistics not from HaldenX", "statistics"),
        ("statistics, anybody but halden", "statistics"),
        ("Statistik, aber nichts von HaldenX", "statistik"),
        ("estadística, nada de HaldenX", "estadistica"),
        ("statistique, pas de HaldenX", "statistique"),
        ("统计，不要HaldenX的", "统计"),
    ],
)
def test_answers_no_course_of_an_organisation_that_the_words_refuse(
    client: FlaskClient, question: str, words: str
) -> None:
    answer = _found(client, keywords=question, limit=100)

    assert answer["matches"]
    assert "HaldenX" not in {CATALOGUE[match["course_key"]]["org"] for match in answer["matches"]}
    assert answer["query"]["excluded"] == ["HaldenX"]
    assert words in fold(answer["query"]["words"]).replace(" ", "")
    assert "halden" not in answer["query"]["words"]
    assert answer["query"]["keywords"] == question


@pytest.mark.parametrize(
    ("question", "organisation"),
    [
        ("statistics from HaldenX", "HaldenX"),
        ("design courses in English, only from Larkspur if possible", "LarkspurX"),
        ("cursos de historia hechos por SerraClara", "SerraClaraX"),
        ("histoire, seulement de RivesX", "RivesX"),
        ("Programmieren von lindenaux", "LindenauX"),
    ],
)
def test_answers_courses_of_the_organisation_that_the_words_name(
    client: FlaskClient, question: str, organisation: str
) -> None:
    answer = _found(client, keywords=question, limit=50)

    assert answer["query"]["organisations"] == [organisation]
    assert answer["matches"]
    assert {CATALOGUE[match["course_key"]]["org"] for match in answer["matches"]} == {organisation}


def test_takes_no_word_for_an_organisation_that_offers_nothing_here(client: FlaskClient) -> None:
    answer = _found(client, keywords="python from scratch", limit=5)

    assert answer["matches"]
    assert answer["query"]["organisations"] == []


def test_recommends_what_the_organisations_asked_for_offer(client: FlaskClient) -> None:
    def offering(**query: Any) -> set[str]:
        query |= {"student_id": "1", "limit": 100}
        response = client.get("/recommendations", query_string=query, headers=bearer("1"))
        return {CATALOGUE[one["course_key"]]["org"] for one in response.get_json()["recommendations"]}

    assert len(offering()) > 2
    assert offering(organisation="larkspur,TarnwoodX") == {"LarkspurX", "TarnwoodX"}
    assert "TarnwoodX" not in offering(exclude_organisations="tarnwood")


def test_refuses_an_organisation_whose_record_writes_its_whole_name() -> None:
    course = CourseRecord(course_key="HaldenX+CS1", title="Python", org="Halden University")

    assert Refusals(organisations=frozenset({"halden"})).refuse(course)
    assert not Refusals(organisations=frozenset({"meridian"})).refuse(course)


class CountedHistory:
    """A history that counts how often it is asked."""

    def __init__(self, history: LearnerHistory) -> None:
        self._history, self.asked = history, 0

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        self.asked += 1
        return self._history.enrollments_of(learner_id)

    def check(self) -> None:
        self._history.check()


def test_a_history_is_read_once_though_the_words_name_an_organisation(
    search: AlgoliaCourseSearch, history: LearnerHistory
) -> None:
    counted = CountedHistory(history)

    found = Matching(search, counted).match("statistics not from HaldenX", 10, learner="1")

    assert found.excluded == ("HaldenX",)
    assert counted.asked == 1
