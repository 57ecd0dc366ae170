"""`GET /paths`: whatever the prerequisites, every step comes after what it asks for, or the answer says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fixtures.files import COURSES
from services.course_record import CourseRecord
from services.coursematch.app import assemble
from services.coursematch.recommendation import Path, Requirement, alternatives_to, path_to
from services.learner_history.postgres_history import PostgresHistory
from services.mock_algolia import AlgoliaMock
from tests.contracts.fixture_enrollments import active_enrollments
from tests.coursematch.index import course_search
from tests.coursematch.tokens import bearer, identity

CATALOGUE: dict[str, dict[str, Any]] = {
    course["key"]: course for course in map(json.loads, COURSES.read_text(encoding="utf-8").splitlines())
}
LISTED = [
    key
    for key, course in CATALOGUE.items()
    if not all(run["hidden"] or run["invitation_only"] for run in course["runs"])
]
GOALS = [key for key in LISTED if CATALOGUE[key]["prerequisites"]]
Graph = dict[str, tuple[str, ...]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any prerequisites among twenty courses: chains, diamonds, circles, itself, and courses that are not there."""
    keys = [f"X+{number}" for number in range(draw(st.integers(1, 20)))]
    named = st.sampled_from([*keys, "Gone+1", "Gone+2"])
    return {key: tuple(draw(st.lists(named, max_size=4))) for key in keys}


def _records(graph: Graph) -> dict[str, CourseRecord]:
    return {key: CourseRecord(course_key=key, title=key, prerequisites=before) for key, before in graph.items()}


def _check(path: Path, graph: Graph, goal: str, known: set[str]) -> None:
    order = [step.course_key for step in path.steps]
    assert len(order) == len(set(order))
    assert not known & set(order)
    assert order[-1:] == ([] if goal in known else [goal])
    excused = {(one.course_key, one.prerequisite) for one in (*path.known, *path.absent, *path.circular)}
    for place, key in enumerate(order):
        for before in graph[key]:
            assert before in order[:place] or (key, before) in excused
    assert all(one.prerequisite in known for one in path.known)
    assert all(one.prerequisite not in graph for one in path.absent)
    assert all(_leads(graph, one.prerequisite, one.course_key) for one in path.circular)
    for key in order[:-1]:
        assert _leads(graph, goal, key), "nothing is taken that the goal does not need"


def _leads(graph: Graph, start: str, end: str) -> bool:
    """See whether following prerequisites from one course comes to another."""
    edge, seen = [start], set[str]()
    while edge:
        key = edge.pop()
        if key == end:
            return True
        if key not in seen:
            seen.add(key)
            edge += graph.get(key, ())
    return False


@settings(deadline=None)  # no test is timed
@given(graphs(), st.data())
def test_orders_whatever_people_write(graph: Graph, data: st.DataObject) -> None:
    goal = data.draw(st.sampled_from(sorted(graph)))
    known = data.draw(st.sets(st.sampled_from([*sorted(graph), "Gone+1"]), max_size=3))
    _check(path_to(goal, _records(graph), known), graph, goal, known)


@example(size=700, back=1)
@settings(max_examples=20, deadline=None)
@given(size=st.integers(2, 700), back=st.integers(1, 5))
def test_orders_seven_hundred_courses_in_one_chain(size: int, back: int) -> None:
    graph = {f"X+{n}": tuple(f"X+{n - step}" for step in range(1, back + 1) if n >= step) for n in range(size)}
    path = path_to(f"X+{size - 1}", _records(graph), set())
    _check(path, graph, f"X+{size - 1}", set())
    assert [step.course_key for step in path.steps] == list(graph)


def test_takes_a_diamond_s_foot_once_and_names_a_circle() -> None:
    graph = {"X+4": ("X+2", "X+3"), "X+3": ("X+1",), "X+2": ("X+1", "X+4"), "X+1": ()}
    path = path_to("X+4", _records(graph), set())
    assert [step.course_key for step in path.steps] == ["X+1", "X+2", "X+3", "X+4"]
    assert path.circular == (Requirement("X+2", "X+4"),)


def test_names_alternatives_that_ask_for_no_more() -> None:
    step = CourseRecord(course_key="X+1", title="A", level="Introductory", skills=("SQL", "Python"))

    def other(key: str, **fields: Any) -> CourseRecord:
        given = {"level": "Introductory", "skills": ("sql", "python"), "enrollment_count": 1} | fields
        return CourseRecord(course_key=key, title=key, **given)

    good = [
        other("Y+1"),
        other("Y+2", enrollment_count=9),
        other("Y+3", skills=("SQL",)),
        other("Y+4", prerequisites=("K+1",)),
    ]
    bad = [
        other("Z+1", level="Advanced"),
        other("Z+2", skills=("Law",)),
        other("Z+3", prerequisites=("X+9",)),
        other("Z+4", invitation_only=True),
    ]
    found = alternatives_to(step, [*bad, *good, step], {"K+1"}, alike=0.5, most=9)
    assert [course.course_key for course in found] == ["Y+2", "Y+1", "Y+4", "Y+3"]


def _path(client: FlaskClient, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    response = client.get("/paths", query_string=query, headers=headers)
    assert response.status_code == 200, response.get_data(as_text=True)
    return dict(response.get_json())


@pytest.fixture(scope="module")
def ways(client: FlaskClient) -> dict[str, Any]:
    """Give the way to every goal, for somebody of whom nothing is known."""
    return {goal: _path(client, goal=goal) for goal in GOALS}


def test_finds_a_valid_way_to_every_course_of_the_fixtures(ways: dict[str, Any]) -> None:
    for goal, answer in ways.items():
        order = [step["course_key"] for step in answer["steps"]]
        assert order[-1] == goal == answer["goal"]["course_key"]
        excused = {(one["required_by"], one["course_key"]) for one in (*answer["absent"], *answer["circular"])}
        for place, step in enumerate(answer["steps"]):
            assert step["standing"] is None
            for before in CATALOGUE[step["course_key"]]["prerequisites"]:
                assert before in order[:place] or (step["course_key"], before) in excused
            for other in step["alternatives"]:
                assert other["course_key"] in LISTED
                assert other["course_key"] not in order
                assert other["level"] == step["level"]


def test_leaves_out_what_is_known(client: FlaskClient, ways: dict[str, Any]) -> None:
    goal = max(GOALS, key=lambda key: len(ways[key]["steps"]))
    whole = [step["course_key"] for step in ways[goal]["steps"]]
    assert len(whole) >= 4
    answer = _path(client, goal=goal, **{"from": f"{whole[0].lower()},{whole[1]}"})
    assert not {*whole[:2]} & {step["course_key"] for step in answer["steps"]}
    assert {one["course_key"] for one in answer["known"]} <= {*whole[:2]}
    assert _path(client, goal=goal, **{"from": goal})["steps"] == []


def test_leaves_out_what_a_learner_completed(client: FlaskClient) -> None:
    learners = sorted(active_enrollments().items())
    assert len(learners) >= 27
    for number, (learner, runs) in enumerate(learners):
        for goal in GOALS[number % 27 :: 27]:  # each learner asks for some, and all of them together for every goal
            answer = _path(client, bearer(learner), goal=goal)
            assert answer["personalised"]
            assert all(step["standing"] in ("not_taken", "enrolled") for step in answer["steps"])
            taken = {"+".join(run.removeprefix("course-v1:").split("+")[:2]) for run, _, _ in runs}
            shown = {other["course_key"] for step in answer["steps"] for other in step["alternatives"]}
            assert not taken & shown


def test_takes_words_for_a_goal(client: FlaskClient) -> None:
    answer = _path(client, goal="deep learning")
    assert "Deep Learning" in answer["goal"]["title"]
    assert len(answer["steps"]) > 1


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ({}, 400, "`goal` is missing"),
        ({"goal": "NoX+1"}, 404, "no course of that key"),
        ({"goal": "qqqqzzzzxxxx"}, 404, "No course here is about that"),
        ({"goal": "LarkspurX+TRA301"}, 404, "by invitation only"),
        ({"goal": "HaldenX+ML201", "from": "NoX+1"}, 404, "`from` names 'NoX+1'"),
        ({"goal": "HaldenX+ML201", "from": ",".join(["A+1"] * 101)}, 400, "at most 100"),
        ({"goal": "HaldenX+ML201", "to": "x"}, 400, "It takes: goal, from"),
    ],
)
def test_says_what_is_wrong(client: FlaskClient, query: dict[str, str], status: int, says: str) -> None:
    response = client.get("/paths", query_string=query)
    assert response.status_code == status
    assert says in response.get_json(force=True)["detail"]


def test_goes_no_farther_than_an_answer_holds(history: PostgresHistory) -> None:
    records = [
        {
            "objectID": f"X+{n}",
            "course_key": f"X+{n}",
            "title": f"Course {n}",
            "prerequisites": [f"X+{n - 1}"] * (n > 0),
        }
        for n in range(60)
    ]
    records += [
        {"objectID": f"Y+{n}", "course_key": f"Y+{n}", "title": "数据 " * 200, "prerequisites": []} for n in range(200)
    ]
    records.append(
        {"objectID": "Z+1", "course_key": "Z+1", "title": "Z", "prerequisites": [f"Y+{n}" for n in range(200)]}
    )
    with AlgoliaMock() as algolia:
        algolia.seed("courses", records)
        client = assemble(course_search(algolia), history, identity()).test_client()
        deep, wide = _path(client, goal="X+59"), _path(client, goal="Z+1")
        assert len(client.get("/paths", query_string={"goal": "Z+1"}).get_data(as_text=True)) < 100_000
    assert [step["course_key"] for step in deep["steps"]] == [f"X+{n}" for n in range(29, 60)]
    assert [(one["course_key"], one["reason"]) for one in deep["absent"]] == [("X+28", "too_far")]
    assert len(wide["steps"]) == 100
    assert {one["reason"] for one in wide["absent"]} == {"too_far"}
