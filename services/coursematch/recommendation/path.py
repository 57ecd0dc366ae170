"""The order in which to take a course and what it asks for: prerequisites first, nothing twice, whatever the catalogue.

Catalogues made by people have prerequisites that are gone, and now and then circles. Neither stops a path: what cannot
be taken or kept is named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.course_record import CourseRecord
from services.coursematch.recommendation.fit import folded


@dataclass(frozen=True, slots=True)
class Requirement:
    """A course asks for another first."""

    course_key: str
    prerequisite: str


@dataclass(frozen=True, slots=True)
class Path:
    """Courses in a valid order, the goal last; empty where the goal is known.

    Every prerequisite of a step stands before it, or is `known` (needs no taking), or is named in `absent` (there is no
    such course to take) or `circular` (it would lead back to the step).
    """

    steps: tuple[CourseRecord, ...] = ()
    known: tuple[Requirement, ...] = ()
    absent: tuple[Requirement, ...] = ()
    circular: tuple[Requirement, ...] = ()


def path_to(goal: str, courses: Mapping[str, CourseRecord], known: Collection[str]) -> Path:
    """Order what leads to a goal. `courses` holds what can be taken, by key; `known` are keys that need no taking.

    Depth first along the prerequisites, without recursion: a chain may be as long as the catalogue. The order follows
    the catalogue's own, so that one question has one answer.
    """
    if goal in known or goal not in courses:
        return Path()
    steps: list[CourseRecord] = []
    met: list[Requirement] = []
    absent: list[Requirement] = []
    circular: list[Requirement] = []
    open_keys, done = {goal}, set()
    stack = [(goal, iter(dict.fromkeys(courses[goal].prerequisites)))]
    while stack:
        key, rest = stack[-1]
        before = next(rest, None)
        if before is None:
            stack.pop()
            open_keys.remove(key)
            done.add(key)
            steps.append(courses[key])
        elif before in known:
            met.append(Requirement(key, before))
        elif before not in courses:
            absent.append(Requirement(key, before))
        elif before in open_keys:
            circular.append(Requirement(key, before))
        elif before not in done:
            open_keys.add(before)
            stack.append((before, iter(dict.fromkeys(courses[before].prerequisites))))
    return Path(tuple(steps), tuple(met), tuple(absent), tuple(circular))


def alternatives_to(
    step: CourseRecord, candidates: Collection[CourseRecord], ready: Collection[str], *, alike: float, most: int
) -> tuple[CourseRecord, ...]:
    """List courses to take in a step's place: of its level, at least `alike` of the skills, and no more asked first.

    `ready` are the keys known or taken before the step. The likest come first, then those that most people took.
    """
    skills = {*folded(step.skills)}
    found: list[tuple[float, CourseRecord]] = []
    for course in {one.course_key: one for one in candidates}.values():
        likeness = len(skills & {*folded(course.skills)}) / len(skills) if skills else 0.0
        if (
            course.course_key != step.course_key
            and not course.invitation_only
            and course.level == step.level
            and likeness >= alike
            and all(key in ready for key in course.prerequisites)
        ):
            found.append((likeness, course))
    found.sort(key=lambda item: (-item[0], -item[1].enrollment_count, item[1].course_key))
    return tuple(course for _, course in found[:most])
