"""Put the results of tools into words: every name and reason comes from a result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

Json = dict[str, Any]
Call = tuple[str, Json, bool, Json]


def reply(calls: Sequence[Call]) -> str:
    """Answer from what the tools said. A call is (tool, arguments, whether it worked, result)."""
    return "\n\n".join(_one(call) for call in calls)


def _one(call: Call) -> str:
    name, arguments, worked, result = call
    if not worked:
        return _failed(name, result)
    if name == "match_courses":
        return _matches(arguments, result)
    if name == "recommend_courses":
        return _recommendations(result)
    if name == "get_enrollments":
        return _enrollments(result)
    if name == "explain_course":
        return _explanation(result)
    return "I found nothing that I could say about that."


def _failed(name: str, result: Json) -> str:
    said = str(result.get("message", "")).strip()
    if name == "explain_course" and said:
        return said
    return f"I could not look that up: {said}" if said else "I could not look that up just now; please try again."


def _matches(arguments: Json, result: Json) -> str:
    courses = result.get("matches", [])
    filters = [str(arguments[name]) for name in ("level", "language") if arguments.get(name)]
    narrowed = f" ({', '.join(filters)})" if filters else ""
    if not courses:
        wider = " Shall I look without that filter?" if filters else " Try other words, or a broader topic."
        return f"The catalogue has nothing on that{narrowed}.{wider}"
    if not any(_fits(str(arguments.get("keywords", "")), course) for course in courses):
        wider = "\nWithout that filter there may be more." if filters else ""
        nearest = f"Nothing in the catalogue fits all of that{narrowed}; the nearest:\n{_listed(courses)}"
        return nearest + _missing(result) + wider
    head = "This course fits" if len(courses) == 1 else f"These {len(courses)} courses fit"
    return f"{head}{narrowed}:\n{_listed(courses)}{_missing(result)}"


def _fits(keywords: str, course: Json) -> bool:
    """Say whether the evidence of a course speaks to every word that was asked for.

    A word counts when the evidence has it, or its beginning. Evidence that looks like none of the words is a synonym or
    a translation, which the index knows better; evidence that only looks alike ("leaving" for "learning") is a guess.
    """
    asked = [word for word in re.findall(r"\w+", keywords.casefold()) if len(word) > 2]
    if len(asked) < 2:
        return True
    evidence = [reason for reason in course.get("reasons", []) if reason.get("kind") == "matched_words"]
    found = {word for reason in evidence for said in reason["words"] for word in re.findall(r"\w+", said.casefold())}
    if not found:
        return True
    alike = {word: [one for one in found if _begin_alike(word, one)] for word in asked}
    other = [one for one in found if not any(_begin_alike(word, one) or _look_alike(word, one) for word in asked)]
    return bool(other) or all(alike.values())


def _begin_alike(one: str, other: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one == other or shared >= max(4, min(len(one), len(other)) - 2)


def _look_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= 0.6


def _recommendations(result: Json) -> str:
    courses = result.get("recommendations", [])
    if not courses:
        return "I found no course that would follow from what you took. Tell me a topic, and I will search for it."
    based_on = result.get("based_on", 0)
    taken = "1 course" if based_on == 1 else f"{based_on} courses"
    head = (
        f"From the {taken} in your history, next could be"
        if based_on
        else "You have taken nothing yet; many begin with"
    )
    return f"{head}:\n{_listed(courses)}{_missing(result)}"


def _enrollments(result: Json) -> str:
    enrollments = result.get("enrollments", [])
    if not enrollments:
        return "You are not enrolled in any course yet."
    lines = [
        f"{at}. {_title(enrollment)}{', completed' if enrollment.get('completed_on') else ''}"
        for at, enrollment in enumerate(enrollments[:20], start=1)
    ]
    more = f"\nand {len(enrollments) - 20} more." if len(enrollments) > 20 else ""
    return "Your courses, newest first:\n" + "\n".join(lines) + more


def _explanation(result: Json) -> str:
    parts = [f"{_title(result)} is offered by {result['organisation']}."]
    if result.get("level") or result.get("language"):
        parts.append(" ".join(["It is", _level_and_language(result) + "."]))
    if result.get("skills"):
        parts.append(f"It teaches {', '.join(result['skills'][:6])}.")
    if result.get("taken"):
        parts.append("You have taken it already.")
    elif result.get("explanation"):
        parts.append(str(result["explanation"]))
    return " ".join(parts)


def _level_and_language(result: Json) -> str:
    level = f"{str(result['level']).lower()} level" if result.get("level") else ""
    language = f"taught in {result['language']}" if result.get("language") else ""
    return " and ".join(part for part in (level, language) if part)


def _listed(courses: Sequence[Json]) -> str:
    return "\n".join(
        f"{at}. {_title(course)}: {_sentence(course.get('explanation') or course.get('description') or '')}".rstrip(
            ": "
        )
        for at, course in enumerate(courses, start=1)
    )


def _title(course: Json) -> str:
    title = " ".join(str(course.get("title") or course["course_key"]).split())
    return f"{title} ({course['course_key']})"


def _sentence(text: str) -> str:
    return " ".join(text.split())[:400]


def _missing(result: Json) -> str:
    return (
        "\nOne source of evidence did not answer, so the order may be rougher than usual."
        if result.get("missing_sources")
        else ""
    )
