"""What the system may say, whatever is done to it. Pure: an answer in, what is wrong with it out (None: it holds).

A right answer, or a problem of status 503 or 429 that says when to try again. Never an invented course, never another
learner's data, never an error of ours, never silence where the front door stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chaos.answers import PROBLEM, Answer

Judge = Callable[[Answer], str | None]
_CITED = re.compile(r"\(([A-Za-z][\w.]{1,30}\+[\w.]{1,20})\)")


@dataclass(frozen=True)
class Truth:
    """What is so: the title of each course by its key, and the courses of each learner."""

    titles: Mapping[str, str]
    taken: Mapping[str, frozenset[str]]


def honest_refusal(answer: Answer) -> bool:
    """Say whether an answer is a 503 or 429 that names a time to try again and says why, as a problem document."""
    document = answer.json()
    return (
        answer.status in (429, 503)
        and answer.headers.get("retry-after", "").isdigit()
        and answer.headers.get("content-type", "").startswith(PROBLEM)
        and isinstance(document, dict)
        and document.get("status") == answer.status
        and bool(document.get("detail"))
    )


def kept(answer: Answer, right: Judge, *, away: bool = False) -> str | None:
    """Judge an answer to a question of the contract; `away`: the front door itself is being broken."""
    if answer.status == 0:
        return None if away else f"no answer: {answer.error}"
    if honest_refusal(answer):
        return None
    if answer.status != 200:
        return f"neither right nor an honest refusal: {answer}"
    return right(answer)


def refused(answer: Answer, statuses: Collection[int], *, away: bool = False, silence: bool = False) -> str | None:
    """Judge an answer to a hostile request: refused with a reason; `silence`: closing the connection is one too."""
    if answer.status == 0:
        return None if away or silence else f"no answer: {answer.error}"
    if honest_refusal(answer) or answer.status in statuses:
        return None
    return f"not refused as it should be: {answer}"


def matches(truth: Truth, field: str = "matches", *, not_empty: bool = True) -> Judge:
    """Make the judge of a list of courses: each one real, under its own title, and at least one."""

    def right(answer: Answer) -> str | None:
        body = answer.json()
        found = body.get(field) if isinstance(body, dict) else None
        if not isinstance(found, list):
            return f"no list of {field}: {answer}"
        if not found and not_empty:
            return f"empty, though there are such courses: {answer}"
        return _invented(found, truth)

    return right


def recommendations(truth: Truth, learner: str) -> Judge:
    """Make the judge of recommendations: real courses, and none that the learner took."""
    real = matches(truth, "recommendations", not_empty=False)

    def right(answer: Answer) -> str | None:
        wrong = real(answer)
        if wrong:
            return wrong
        taken = [
            one["course_key"] for one in answer.json()["recommendations"] if one["course_key"] in truth.taken[learner]
        ]
        return f"recommends what {learner} has taken: {taken}" if taken else None

    return right


def enrollments(truth: Truth, learner: str) -> Judge:
    """Make the judge of a learner's enrollments: all of theirs, and nobody else's."""

    def right(answer: Answer) -> str | None:
        body = answer.json()
        found = body.get("enrollments") if isinstance(body, dict) else None
        if not isinstance(found, list):
            return f"no list of enrollments: {answer}"
        keys = {one["course_key"] for one in found}
        wrong = keys ^ truth.taken[learner]
        return f"not the enrollments of {learner}: {sorted(wrong)}" if wrong else None

    return right


def chat(truth: Truth) -> Judge:
    """Make the judge of the adviser: its cards and the courses that its words cite are real."""

    def right(answer: Answer) -> str | None:
        body = answer.json()
        if not isinstance(body, dict) or not isinstance(body.get("answer"), str):
            return f"no answer of the adviser: {answer}"
        unknown = [key for key in _CITED.findall(body["answer"]) if key not in truth.titles]
        return f"cites no real course: {unknown}" if unknown else _invented(body.get("courses", []), truth)

    return right


def lost(acknowledged: Mapping[str, Any], present: Mapping[str, Any]) -> str | None:
    """Judge a store: every write that was acknowledged is there as it was written."""
    gone = [key for key, value in acknowledged.items() if present.get(key) != value]
    return f"{len(gone)} of {len(acknowledged)} acknowledged writes lost: {gone[:5]}" if gone else None


def synced(stdout: str, stderr: str) -> str | None:
    """Judge a sync of a catalogue that did not change, whatever the site and the index did meanwhile.

    It says what happened in one line of JSON or in a sentence, and takes no course away.
    """
    if "Traceback" in stdout + stderr:
        return f"a sync ended in a trace: {(stdout + stderr)[-600:]}"
    reports = [line for line in stdout.splitlines() if line.startswith("{")]
    if not reports:
        return None if stderr.strip() else "a sync ended without a word"
    deleted = json.loads(reports[-1]).get("deleted", 0)
    return f"a sync deleted {deleted} courses that are in the catalogue: {reports[-1][:600]}" if deleted else None


def _invented(courses: list[Any], truth: Truth) -> str | None:
    for course in courses:
        if truth.titles.get(course.get("course_key")) != course.get("title"):
            return f"no such course: {course.get('course_key')} “{course.get('title')}”"
    return None
