"""The use case: the way to a course from what a learner knows, step by step.

course_paths ─┬─ course_lookup     the goal, by its key
              ├─ matching          the goal, by words
              ├─ learner_history   what the learner completed
              ├─ course_search     prerequisites, theirs, and so on; what could stand in a step's place
              └─ recommendation    pure: the order
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.course_record import CourseRecord, course_key_of
from services.coursematch.course_lookup import CourseLookup, CourseUnknown, Standing, standing_of
from services.coursematch.matching import Matching
from services.coursematch.recommendation import (
    Learner,
    Path,
    alternatives_to,
    path_to,
    titles_of_prerequisites,
)
from services.coursematch.recommendation.weights import ALTERNATIVES_ALIKE, ALTERNATIVES_SAID
from services.coursematch.search_port import CourseQuery, CourseSearch
from services.coursematch.taken_courses import learner_who_took
from services.learner_history import LearnerHistory
from services.question.course_keys import find_keys

COURSES_MOST = 100
"""How many courses a path may have: what lies beyond them is named as absent."""
DEPTH_MOST = 30
"""How many times prerequisites of prerequisites are read: each is one question to the index."""
STEPS_WITH_ALTERNATIVES = 12
"""For how many steps alternatives are looked for: the first, which are taken next."""
SKILLS_ASKED = 6
CANDIDATES_A_STEP = 20


AbsenceReason = Literal["not_in_catalogue", "by_invitation", "too_far"]


class KnownCourseUnknown(Exception):
    """`from` names something that is no course here, nor asked for by one."""

    parameter = "from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One course of a path, and what could be taken in its place. `standing` is None where nobody is signed in."""

    record: CourseRecord
    standing: Standing | None
    alternatives: tuple[CourseRecord, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """A prerequisite that cannot be taken here, the course that asks for it, and why."""

    course_key: str
    required_by: str
    reason: AbsenceReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePath:
    """The way to a goal: its steps in order, and what of the prerequisites is known, absent or circular (`path`)."""

    goal: CourseRecord
    steps: tuple[Step, ...]
    path: Path
    absent: tuple[Absence, ...]
    titles: dict[str, str]
    """Titles of the courses named, by key, where they are known."""


class CoursePaths:
    """Finds paths over a course index and a source of enrollments.

    `find` raises `CourseUnknown`, `KnownCourseUnknown` and `CatalogUnavailable`; with a learner also `LearnerUnknown`
    and `HistoryUnavailable`: without a history nobody could say what to leave out.
    """

    def __init__(
        self, matching: Matching, lookup: CourseLookup, course_search: CourseSearch, learner_history: LearnerHistory
    ) -> None:
        self._matching = matching
        self._lookup = lookup
        self._search = course_search
        self._history = learner_history

    def find(self, goal: str, known: Sequence[str] = (), learner: str | None = None) -> CoursePath:
        """Find the way to a goal, a course's key or words, from the courses `known` and those the learner completed."""
        enrollments = self._history.enrollments_of(learner) if learner is not None else ()
        target = self._goal(goal)
        if target.invitation_only:
            raise CourseUnknown(f"{target.course_key} is by invitation only: no path leads to it.")
        history = learner_who_took(enrollments, {}) if learner is not None else None
        done = {taken.course_key for taken in history.taken if taken.completed} if history else set()
        courses, unread = self._reachable(target, done)
        done |= set(self._known(known, courses))
        takeable = {key: course for key, course in courses.items() if not course.invitation_only}
        path = path_to(target.course_key, takeable, done)
        return CoursePath(
            goal=target,
            steps=tuple(self._steps(path, done, history)),
            path=path,
            absent=tuple(
                Absence(one.prerequisite, one.course_key, _why_absent(one.prerequisite, courses, unread))
                for one in path.absent
            ),
            titles={key: course.title for key, course in courses.items()} | _titles_in(courses.values()),
        )

    def _goal(self, goal: str) -> CourseRecord:
        named = find_keys(goal)
        if named:
            return self._lookup.record(named[0].course_key)
        best = self._matching.match(goal, 1).courses
        if not best or best[0].fit.topic == "weak":
            raise CourseUnknown("No course here is about that; GET /coursematch finds courses by words.")
        return self._lookup.record(best[0].record.course_key)

    def _reachable(self, goal: CourseRecord, done: set[str]) -> tuple[dict[str, CourseRecord], set[str]]:
        """Read the courses that lead to a goal, a question to the index for each step away from it.

        The second value are the keys that were too many, or too far away, to be read.
        """
        found = {goal.course_key: goal}
        edge: list[CourseRecord] = [goal]
        unread: set[str] = set()
        for depth in range(DEPTH_MOST + 1):
            asked = dict.fromkeys(key for course in edge for key in course.prerequisites)
            wanted = [key for key in asked if key not in found and key not in done]
            room = COURSES_MOST - len(found) if depth < DEPTH_MOST else 0
            unread.update(wanted[room:])
            if not wanted[:room]:
                break
            read = self._search.courses(wanted[:room])
            edge = list(read.values())
            found |= read
        return found, unread - found.keys()

    def _known(self, keys: Sequence[str], courses: dict[str, CourseRecord]) -> Iterable[str]:
        """Give the keys as the catalogue writes them; what no course here asks for must be a course itself."""
        named = {key.casefold(): key for course in courses.values() for key in (*course.prerequisites,)}
        named |= {key.casefold(): key for key in courses}
        for key in map(course_key_of, keys):
            if key.casefold() in named:
                yield named[key.casefold()]
                continue
            try:
                yield self._lookup.record(key).course_key
            except CourseUnknown as error:
                raise KnownCourseUnknown(
                    f"`from` names {key[:100]!r}, which is no course here; give course keys, ORG+NUM."
                ) from error

    def _steps(self, path: Path, done: set[str], history: Learner | None) -> Iterable[Step]:
        replaceable = [step for step in path.steps[:-1] if step.skills][:STEPS_WITH_ALTERNATIVES]
        queries = [
            CourseQuery(
                words=" ".join(step.skills[:SKILLS_ASKED]),
                any_words=step.skills[:SKILLS_ASKED],
                level=step.level,
                limit=CANDIDATES_A_STEP,
            )
            for step in replaceable
        ]
        found = dict(zip((step.course_key for step in replaceable), self._search.search_all(queries), strict=True))
        taken = set(done) | ({course.course_key for course in history.taken} if history else set())
        on_path = {step.course_key for step in path.steps}
        ready = set(done)
        for step in path.steps:
            hits = found[step.course_key].hits if step.course_key in found else ()
            free = [hit.record for hit in hits if hit.record.course_key not in on_path | taken]
            yield Step(
                record=step,
                standing=standing_of(step.course_key, history),
                alternatives=alternatives_to(step, free, ready, alike=ALTERNATIVES_ALIKE, most=ALTERNATIVES_SAID),
            )
            ready.add(step.course_key)


def _why_absent(key: str, courses: dict[str, CourseRecord], unread: set[str]) -> AbsenceReason:
    if key in unread:
        return "too_far"
    return "by_invitation" if key in courses else "not_in_catalogue"


def _titles_in(courses: Iterable[CourseRecord]) -> dict[str, str]:
    return {key: title for course in courses for key, title in titles_of_prerequisites(course).items()}
