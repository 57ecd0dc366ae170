"""From what was understood to tool calls and answers, without any tools: results are made by hand or by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.advisor.dialogue.phrasebook import LANGUAGES, say
from services.advisor.dialogue.planner import step
from services.advisor.dialogue.state import Change, NamedCourse, State, Wanted

OFFERED = {"match_courses", "read_course"}
LEVELS = ("Introductory", "Intermediate", "Advanced")
Json = dict[str, Any]


def match(key: str, title: str, *, words: tuple[str, ...] = (), score: float = 1.0, **told: Any) -> Json:
    """Make a course as `/coursematch` answers it."""
    reasons = [{"kind": "matched_words", "field": "title", "words": list(words)}] if words else []
    course = {"course_key": key, "title": title, "level": "Introductory", "language": "English", "score": score}
    return course | {"reasons": reasons} | told


def record(key: str, needs: tuple[str, ...] = (), **told: Any) -> Json:
    """Make a course as `/courses/{course_key}` answers it."""
    before = [
        {"course_key": one, "title": f"Course {one}", "in_catalogue": True, "standing": "not_taken"} for one in needs
    ]
    course = {"course_key": key, "title": f"Course {key}", "level": "Introductory", "language": "English"}
    lists: Json = {"prerequisites": before, "leads_to": [], "skills": [], "subjects": [], "runs": []}
    return course | lists | {"standing": "not_taken", "short_description": "", "availability": None} | told


def answered(name: str, body: Json) -> tuple[str, Json, bool, Json]:
    return name, {}, True, body


def wanting(topic: str, **told: Any) -> State:
    return State(wanted=Wanted(topic, **told), turns=1)


def test_what_is_not_wanted_and_what_was_shown_go_to_the_api() -> None:
    shown = (NamedCourse("HaldenX+CS101", "Python"),)
    state = State(wanted=Wanted("programming", excluded=("java, please",), not_levels=("Advanced",)), lists=(shown,))

    calls = step(state, Change("more"), [], OFFERED)
    assert isinstance(calls, list)
    name, asked = calls[0]

    assert name == "match_courses"
    assert asked["exclude"] == ["java please", "java"]
    assert asked["exclude_levels"] == ["Advanced"]
    assert asked["exclude_courses"] == ["HaldenX+CS101"]


def test_another_language_is_searched_for_in_the_words_of_courses() -> None:
    state = State(wanted=Wanted("alte Leute"), spoken="de")

    calls = step(state, Change("new_topic"), [], OFFERED)

    assert isinstance(calls, list)
    assert "elder care" in calls[0][1]["keywords"]
    assert any(asked.get("language") == "German" for _, asked in calls)


def test_the_conversation_s_language_leads_among_what_fits() -> None:
    state = State(wanted=Wanted("estadística"), spoken="es")
    english = match("HaldenX+ST101", "Statistics", words=("Statistics",))
    spanish = match("MontealbaX+EST101", "Estadística", words=("Estadística",), language="Spanish", score=0.8)

    said = step(state, Change("new_topic"), [answered("match_courses", {"matches": [english, spanish]})], OFFERED)

    assert isinstance(said, str)
    assert said.index("MontealbaX+EST101") < said.index("HaldenX+ST101")


def test_what_only_comes_near_is_called_so_first() -> None:
    far = match("KaveriX+PH101", "Physics of the Everyday World")

    said = step(wanting("plumbing"), Change("new_topic"), [answered("match_courses", {"matches": [far]})], OFFERED)

    assert isinstance(said, str)
    assert said.startswith(say("near", "en"))


def test_a_level_that_nothing_has_is_looked_for_beside() -> None:
    state = wanting("quantum computing", level="Introductory")
    calls = step(state, Change("new_topic"), [answered("match_courses", {"matches": []})], OFFERED)
    assert isinstance(calls, list)
    assert "level" not in calls[0][1]

    advanced = match("KaveriX+QC301", "Quantum Computing", words=("Quantum", "Computing"), level="Advanced")
    results = [answered("match_courses", {"matches": []}), answered("match_courses", {"matches": [advanced]})]
    said = step(state, Change("new_topic"), results, OFFERED)
    assert isinstance(said, str)
    assert said.startswith(say("near", "en"))
    assert "KaveriX+QC301" in said


def test_a_mention_that_no_title_has_means_the_course_in_focus() -> None:
    focus = NamedCourse("HaldenX+CS101", "Programming with Python from Scratch")
    change = Change("about", "level", mention="no tech person", fallback=focus)
    found = answered("match_courses", {"matches": [match("LarkspurX+COM101", "Speaking in Public")]})

    calls = step(State(focus=focus), change, [found], OFFERED)

    assert calls == [("read_course", {"course_key": "HaldenX+CS101"})]


def test_which_comes_first_is_told_by_prerequisites() -> None:
    courses = (NamedCourse("B+2", "B"), NamedCourse("A+1", "A"))
    results = [answered("read_course", record("B+2", needs=("A+1",))), answered("read_course", record("A+1"))]

    said = step(State(), Change("which", "order", courses=courses), results, OFFERED)

    assert isinstance(said, str)
    assert said.index("A+1") < said.index("B+2")


CHAINS = st.lists(st.sets(st.integers(0, 6), max_size=3), min_size=1, max_size=7)


@settings(max_examples=25, deadline=None)
@given(CHAINS)
def test_a_path_names_what_is_needed_before_what_needs_it(chain: list[set[int]]) -> None:
    needs = {at: tuple(f"X+{one}" for one in sorted(before) if one < at) for at, before in enumerate(chain)}
    goal = NamedCourse(f"X+{len(chain) - 1}", "the goal")
    results: list[tuple[str, Json, bool, Json]] = []
    planned = step(State(), Change("path", courses=(goal,)), results, OFFERED)
    while not isinstance(planned, str):
        results += [
            answered("read_course", record(asked["course_key"], needs[int(asked["course_key"][2:])]))
            for _, asked in planned
        ]
        planned = step(State(), Change("path", courses=(goal,)), results, OFFERED)

    order = [line[line.rindex("(X+") + 3 : -1] for line in planned.splitlines() if line.endswith(")")]
    for at in map(int, order):
        assert all(order.index(one[2:]) < order.index(str(at)) for one in needs[at])


WORDS = st.lists(st.sampled_from(["Statistics", "Music", "Python", "Law"]), max_size=2).map(tuple)
COURSES = st.builds(
    lambda number, words, score, level, language: match(
        f"X+{number}", f"Course {number}", words=words, score=score, level=level, language=language
    ),
    st.integers(1, 30), WORDS, st.floats(0, 1), st.sampled_from(LEVELS), st.sampled_from(["English", "German"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(COURSES, max_size=12), st.sampled_from(LANGUAGES), st.sampled_from(["statistics", "music", "plumbing"]))
def test_an_answer_lists_only_what_came_and_in_one_language(found: list[Json], spoken: str, topic: str) -> None:
    state = State(wanted=Wanted(topic), spoken=spoken, turns=1)
    results = [answered("match_courses", {"matches": found})]

    said = step(state, Change("new_topic"), results, OFFERED)

    assert isinstance(said, str)
    heads = {say(name, spoken) for name in ("fit", "near", "nothing")}
    first, *lines = said.split("\n")
    assert first in heads
    assert len(lines) <= 5
    assert all(any(line.endswith(f"({course['course_key']})") for course in found) for line in lines)


def fitting(key: str, title: str, topic: str, words: tuple[str, ...], **told: Any) -> Json:
    """Make a course whose fit is told."""
    return match(key, title, words=words, fit={"fits": topic == "strong", "topic": topic, "misses": []}, **told)


def test_what_the_api_calls_weak_is_no_filler_of_a_list() -> None:
    matches = [fitting("A+1", "Electronic Music", "strong", ("Music",)), fitting("B+1", "Logic Design", "weak", ())]
    told = step(wanting("music"), Change("new_topic"), [answered("match_courses", {"matches": matches})], OFFERED)

    assert isinstance(told, str)
    assert "A+1" in told
    assert "B+1" not in told


def test_a_course_that_only_holds_what_is_asked_for_does_not_lead() -> None:
    matches = [
        fitting("A+1", "Écouter l'opéra", "strong", ("Music",), language="French"),
        fitting("B+1", "Guitar for Beginners", "strong", ("Guitar",), score=0.9),
    ]
    state = State(wanted=Wanted("guitare"), spoken="fr", turns=1)
    told = step(state, Change("new_topic"), [answered("match_courses", {"matches": matches})] * 2, OFFERED)

    assert isinstance(told, str)
    assert told.index("B+1") < told.index("A+1")


def test_a_course_named_after_what_is_known_is_left_out() -> None:
    matches = [
        fitting("A+1", "Programming with Python", "strong", ("Programming",)),
        fitting("B+1", "Thinking in Java", "strong", ("Programming",)),
    ]
    state = wanting("programming", known=("python",))
    told = step(state, Change("new_topic"), [answered("match_courses", {"matches": matches})], OFFERED)

    assert isinstance(told, str)
    assert "B+1" in told
    assert "A+1" not in told


def test_the_one_in_a_language_is_of_that_language_whatever_its_title_says() -> None:
    state = wanting("climate change")
    change = Change(
        "about", "level", mention="climate change", language="French", fallback=NamedCourse("A+1", "Climate Change")
    )
    found = {"matches": [match("A+1", "Climate Change"), match("B+1", "Comprendre le climat") | {"language": "French"}]}

    calls = step(state, change, [answered("match_courses", found)], {"match_courses", "read_course"})

    assert calls == [("read_course", {"course_key": "B+1"})]
