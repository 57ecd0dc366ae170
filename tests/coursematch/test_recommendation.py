"""Ranking and explaining, over random catalogues and histories: every claim is true of the data it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.course_record import CourseRecord
from services.course_record.levels import LEVELS
from services.course_record.related_record import RelatedCourse, RelatedRecord, SchoolRecord
from services.coursematch.recommendation import (
    Candidate,
    Learner,
    Others,
    Recommendation,
    TakenCourse,
    explain,
    rank_for_learner,
    rank_matches,
)
from services.coursematch.recommendation.fit import LevelsTaken
from services.coursematch.recommendation.reasons import (
    Available,
    LevelFit,
    MatchedWords,
    Popularity,
    PrerequisiteCompleted,
    PrerequisiteMissing,
    PrerequisiteStarted,
    Reason,
    SharedSkills,
    SharedSubjects,
    SimilarLearners,
)

MANY = settings(max_examples=40, deadline=None)
"""A drawn world holds twelve courses, so that few worlds meet every rule; the deadline is off: no test is timed."""

KEYS = [f"OrgX+{number}" for number in range(12)]
SKILLS = ["Python", "SQL", "Statistics", "Rhetoric", "Spanish"]
SUBJECTS = ["Data Science", "Languages"]


@dataclass(frozen=True)
class World:
    """A catalogue, a learner in it, and what others took."""

    courses: tuple[CourseRecord, ...]
    learner: Learner
    others: Others

    def together(self, taken: str, other: str) -> int:
        """How many learners of both the model tells."""
        return {one.course_key: one.together for one in self.others.related[taken].related}[other]

    def recommended(self, limit: int = 5, courses: Sequence[CourseRecord] | None = None) -> tuple[Recommendation, ...]:
        pool = self.courses if courses is None else courses
        return rank_for_learner(self.learner, pool, limit, others=self.others)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    courses = []
    for key in KEYS:
        prerequisites = tuple(draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True)))
        courses.append(
            CourseRecord(
                course_key=key,
                title=f"Course {key[5:]}",
                level=draw(st.sampled_from([None, "Odd", *LEVELS])),
                language=draw(st.sampled_from([None, "English", "Spanish"])),
                skills=tuple(draw(st.lists(st.sampled_from(SKILLS), max_size=3, unique=True))),
                subjects=tuple(draw(st.lists(st.sampled_from(SUBJECTS), max_size=2, unique=True))),
                prerequisites=prerequisites,
                prerequisite_titles=tuple(f"Course {other[5:]}" for other in prerequisites),
                enrollment_count=draw(st.sampled_from([0, 1, 50, 90_000])),
                availability=draw(st.sampled_from(["Available now", "Upcoming", "Archived"])),
            )
        )
    taken = draw(st.lists(st.sampled_from(courses), max_size=5, unique_by=lambda course: course.course_key))
    learner = Learner(
        tuple(
            TakenCourse(
                course_key=course.course_key,
                title=course.title,
                completed=draw(st.booleans()),
                record=draw(st.sampled_from([course, course, None])),
            )
            for course in taken
        )
    )
    counts = st.integers(min_value=0, max_value=60)
    learners = {key: draw(counts) for key in KEYS}
    related = {
        course.course_key: RelatedRecord(
            course_key=course.course_key,
            certainty=draw(st.floats(min_value=0, max_value=1)),
            related=tuple(
                RelatedCourse(other, draw(st.floats(min_value=0, max_value=2)), draw(st.sampled_from([0, 2, 40])))
                for other in draw(st.lists(st.sampled_from(KEYS), max_size=6, unique=True))
            ),
        )
        for course in draw(st.lists(st.sampled_from(taken), unique=True) if taken else st.just([]))
    }
    school = SchoolRecord(popular={key: count for key, count in learners.items() if count > 1})
    return World(tuple(courses), learner, Others(related=related, school=school))


@MANY
@given(worlds())
def test_never_recommends_a_taken_course(world: World) -> None:
    keys = [recommendation.record.course_key for recommendation in world.recommended(limit=20)]
    assert not {*keys} & {*world.learner.by_key}
    assert len(keys) == len(set(keys)) == len(KEYS) - len(world.learner.taken)


@MANY
@given(worlds(), st.randoms(use_true_random=False))
def test_answers_the_same_whatever_the_order_of_candidates(world: World, random: object) -> None:
    shuffled = [*world.courses, *world.courses[:3]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's random is a random.Random
    assert world.recommended(courses=shuffled) == world.recommended()


@MANY
@given(worlds())
def test_scores_stay_between_nothing_and_one(world: World) -> None:
    assert all(0 <= recommendation.score <= 1 for recommendation in world.recommended(limit=20))


@MANY
@given(worlds())
def test_gives_every_course_a_reason_that_is_true(world: World) -> None:
    for recommendation in world.recommended(limit=20):
        assert recommendation.reasons
        for reason in recommendation.reasons:
            assert _is_true(reason, recommendation.record, world), reason


@MANY
@given(worlds())
def test_gives_every_match_reasons_that_are_true(world: World) -> None:
    candidates = [Candidate(course, (MatchedWords(("Course",), "title"),)) for course in world.courses]
    matches = rank_matches(candidates, 20, world.learner)
    assert not {match.record.course_key for match in matches} & {*world.learner.by_key}
    for match in matches:
        assert match.reasons[0] == MatchedWords(("Course",), "title")
        assert all(_is_true(reason, match.record, world) for reason in match.reasons)


@MANY
@given(worlds())
def test_keeps_the_index_order_in_each_language_for_someone_unknown(world: World) -> None:
    matches = rank_matches([Candidate(course) for course in world.courses], 20)
    for language in {course.language for course in world.courses}:
        order = [course for course in world.courses if course.language == language]
        assert [match.record for match in matches if match.record.language == language] == order
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)


@MANY
@given(worlds())
def test_compares_a_level_with_the_highest_of_the_field_and_of_equals_with_the_newest(world: World) -> None:
    levels = LevelsTaken(world.learner)
    for course in world.courses:
        field = {*course.skills, *course.subjects}
        alike = [taken for taken in world.learner.taken if taken.record and taken.record.level in LEVELS
                 and field & {*taken.record.skills, *taken.record.subjects}]  # fmt: skip
        evidence, step = levels.fit(course)
        if course.level not in LEVELS or not alike:
            assert (evidence, step) == (None, None)
            continue
        highest = max(alike, key=lambda taken: LEVELS.index(taken.record.level))  # type: ignore[union-attr]  # above
        assert step == LEVELS.index(course.level) - LEVELS.index(highest.record.level)  # type: ignore[union-attr]  # above
        assert (evidence.course_key if evidence else None) == (highest.course_key if step in {0, 1} else None)


@MANY
@given(worlds())
def test_says_nothing_but_the_evidence(world: World) -> None:
    for recommendation in world.recommended(limit=20):
        said = recommendation.explanation
        for reason in recommendation.reasons:
            for name in type(reason).__dataclass_fields__:
                value = getattr(reason, name)
                if name in {"title", "level"} and value:
                    assert value in said
                if name in {"skills", "subjects", "words"}:
                    assert all(item in said for item in value)
        assert said == explain(recommendation.reasons)
        assert said.endswith(".")
        assert "\n" not in said


def _is_true(reason: Reason, course: CourseRecord, world: World) -> bool:
    """Check a reason against the data, by other means than those that made it."""
    taken = world.learner.by_key
    records = {record.course_key: record for record in world.courses}
    match reason:
        case MatchedWords(words, field):
            return all(word in str(getattr(course, field)) for word in words)
        case SharedSkills(skills, key, title):
            theirs = taken[key].record
            return (
                theirs is not None
                and {*skills} <= {*course.skills} & {*theirs.skills}
                and title == records[key].title
                and len(skills) > 0
            )
        case SharedSubjects(subjects, key, title):
            theirs = taken[key].record
            return (
                theirs is not None
                and {*subjects} <= {*course.subjects} & {*theirs.subjects}
                and title == records[key].title
                and len(subjects) > 0
            )
        case PrerequisiteCompleted(key, title):
            return key in course.prerequisites and taken[key].completed and title == records[key].title
        case PrerequisiteStarted(key, title):
            return key in course.prerequisites and key in taken and title == records[key].title
        case PrerequisiteMissing(key, title):
            return key in course.prerequisites and key not in taken and title == records[key].title
        case LevelFit(level, step, key, title):
            before = records[key].level
            distance = LEVELS.index(course.level) - LEVELS.index(before)  # type: ignore[arg-type]  # a level was found
            return (
                course.level == level
                and key in taken
                and title == records[key].title
                and (distance == {"same": 0, "next": 1}[step])
            )
        case SimilarLearners(learners, key, title):
            together = world.together(key, course.course_key)
            return learners == together >= 2 and key in taken and title == records[key].title
        case Popularity(count, "catalogue"):
            return count == course.enrollment_count > 0
        case Popularity(count, _):
            return count == world.others.school.popular[course.course_key] > 1
        case Available(availability):
            return availability == course.availability
    return False


def _course(key: str, **fields: object) -> CourseRecord:
    return CourseRecord(course_key=key, title=str(fields.pop("title", key)), **fields)  # type: ignore[arg-type]  # any field


def _took(course: CourseRecord, *, completed: bool = True) -> TakenCourse:
    return TakenCourse(course_key=course.course_key, title=course.title, completed=completed, record=course)


def _others(taken: str, liked: Sequence[str], popular: dict[str, int]) -> Others:
    related = tuple(RelatedCourse(key, 0.4, 40) for key in liked)
    record = RelatedRecord(course_key=taken, certainty=0.77, related=related)
    return Others(related={taken: record}, school=SchoolRecord(popular=popular))


def test_puts_a_course_whose_prerequisite_was_completed_before_one_whose_is_missing() -> None:
    basics = _course("X+1", skills=("SQL",))
    ready = _course("X+2", skills=("SQL",), prerequisites=("X+1",))
    not_ready = _course("X+3", skills=("SQL",), prerequisites=("X+9",), prerequisite_titles=("Algebra",))
    ranked = rank_for_learner(Learner((_took(basics),)), [not_ready, ready], 2)
    assert [one.record.course_key for one in ranked] == ["X+2", "X+3"]
    assert PrerequisiteCompleted("X+1", "X+1") in ranked[0].reasons
    assert "It asks for “Algebra” first, which you have not taken." in ranked[1].explanation


def test_names_a_prerequisite_by_its_key_where_titles_cannot_be_told_apart() -> None:
    course = _course("X+1", prerequisites=("X+8", "X+9"), prerequisite_titles=("Algebra",))
    (only,) = rank_for_learner(Learner(), [course], 1)
    assert PrerequisiteMissing("X+8", "X+8") in only.reasons


def test_puts_the_next_level_before_the_level_below() -> None:
    known = _course("X+1", skills=("SQL",), level="Intermediate")
    below = _course("X+2", skills=("SQL",), level="Introductory")
    above = _course("X+3", skills=("SQL",), level="Advanced")
    ranked = rank_for_learner(Learner((_took(known),)), [below, above], 2)
    assert [one.record.course_key for one in ranked] == ["X+3", "X+2"]
    assert LevelFit("Advanced", "next", "X+1", "X+1") in ranked[0].reasons


def test_follows_what_many_others_took_next() -> None:
    known, liked, alike = _course("X+1", skills=("SQL",)), _course("X+2"), _course("X+3", skills=("SQL",))
    ranked = rank_for_learner(
        Learner((_took(known),)),
        [alike, liked],
        2,
        others=_others("X+1", ["X+2"], popular={"X+1": 60, "X+2": 50}),
    )
    assert ranked[0].record.course_key == "X+2"
    assert ranked[0].explanation == "40 learners who took “X+1”, as you did, took it too. 50 learners took it here."


def test_does_not_fill_an_answer_with_one_course_five_times() -> None:
    known = _course("X+1", skills=("SQL",))
    copies = [_course(f"X+{n}", title="Databases at Work", skills=("SQL", "Joins")) for n in range(2, 9)]
    other = _course("X+99", title="Charts from Tables", skills=("SQL", "Charts"), subjects=("Design",))
    ranked = rank_for_learner(
        Learner((_took(known),)),
        [*copies, other],
        3,
        others=_others("X+1", keys := [copy.course_key for copy in copies], popular=dict.fromkeys(keys, 50)),
    )
    assert "X+99" in [one.record.course_key for one in ranked[:2]]


def test_gives_a_new_learner_what_many_take() -> None:
    rare, loved = _course("X+1", enrollment_count=3), _course("X+2", enrollment_count=30_000)
    ranked = rank_for_learner(Learner(), [rare, loved], 2)
    assert [one.record.course_key for one in ranked] == ["X+2", "X+1"]
    assert ranked[0].explanation == "30,000 people enrolled in it."


@pytest.mark.parametrize("availability", ["Available now", "Upcoming", "Archived"])
def test_says_when_a_course_can_be_taken_where_nothing_else_is_known(availability: str) -> None:
    (only,) = rank_for_learner(Learner(), [_course("X+1", availability=availability)], 1)
    assert only.reasons == (Available(availability),)
