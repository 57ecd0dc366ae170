"""What each tool does: questions to the API, and its answers as they came, with nothing added from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from services.advisor.tools.course_api import ApiRefused, CourseApi
from services.advisor.tools.tool import Asker, Json

KEYWORDS_CHARACTERS = 512


def match_courses(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Ask `/coursematch`; a known learner's token makes it leave out what they took."""
    return _object(api.get("/coursematch", _texts(arguments), asker.authorization))


def recommend_courses(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Ask `/recommendations` for the learner named, or the one whose token it is."""
    return _object(api.get("/recommendations", _for_learner(arguments, asker), asker.authorization))


def get_enrollments(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Ask `/enrollments` for the learner named, or the one whose token it is."""
    return _object(api.get("/enrollments", _for_learner(arguments, asker), asker.authorization))


def explain_course(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Describe one course, and the evidence for it: whether the learner took it, and why it would match."""
    found = _course(api, arguments["course_key"])
    key = found["course_id"]
    evidence = _evidence(api, found, asker)
    return {
        "course_key": key,
        "course_id": found["course_run_id"],
        "title": found["course_title"],
        "organisation": found["course_publisher"],
        "description": found["full_description"] or found["short_description"],
        "skills": found["skills_covered"],
        "url": found["course_url"],
        "level": evidence.get("level"),
        "language": evidence.get("language"),
        "taken": _taken(api, key, asker),
        "explanation": evidence.get("explanation"),
        "reasons": evidence.get("reasons", []),
    }


def read_course(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Ask `/courses/{course_key}`: everything the record says, and what a known learner has of it."""
    key = quote(str(arguments["course_key"]).strip(), safe="")
    return _object(api.get(f"/courses/{key}", {}, asker.authorization))


def find_path(api: CourseApi, arguments: Mapping[str, Any], asker: Asker) -> Json:
    """Ask `/paths` for the way to a course; a known learner's token makes it leave out what they completed."""
    return _object(api.get("/paths", _texts(arguments), asker.authorization))


def search_with(public_url: Callable[[], str]) -> Callable[[CourseApi, Mapping[str, Any], Asker], Json]:
    """Make ChatGPT's `search`: ids, titles and citable addresses."""

    def search(api: CourseApi, arguments: Mapping[str, Any], _asker: Asker) -> Json:
        courses = _courses(api, arguments["query"])
        return {
            "results": [
                {
                    "id": course["course_id"],
                    "title": course["course_title"],
                    "url": _citable(course, public_url()),
                }
                for course in courses
            ]
        }

    return search


def fetch_with(public_url: Callable[[], str]) -> Callable[[CourseApi, Mapping[str, Any], Asker], Json]:
    """Make ChatGPT's `fetch`: one course as a document."""

    def fetch(api: CourseApi, arguments: Mapping[str, Any], _asker: Asker) -> Json:
        course = _course(api, arguments["id"])
        parts = [course["course_title"], course["short_description"], course["full_description"]]
        if course["skills_covered"]:
            parts.append("Skills: " + ", ".join(course["skills_covered"]))
        return {
            "id": course["course_id"],
            "title": course["course_title"],
            "text": "\n\n".join(part for part in parts if part),
            "url": _citable(course, public_url()),
            "metadata": {
                "course_run_id": course["course_run_id"],
                "organisation": course["course_publisher"],
                "skills": course["skills_covered"],
            },
        }

    return fetch


def _texts(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in arguments.items()
        if value != []
    }


def _for_learner(arguments: Mapping[str, Any], asker: Asker) -> dict[str, str]:
    asked = _texts(arguments)
    if "student_id" not in asked:
        if asker.learner_id is None:
            raise ApiRefused(400, "This token is a service's: say which learner with student_id.", "student_id")
        asked["student_id"] = asker.learner_id
    return asked


def _courses(api: CourseApi, query: str) -> list[Json]:
    answer = api.get("/courses", {"query": query}, None)
    return [course for course in answer if isinstance(course, dict)] if isinstance(answer, list) else []


def _course(api: CourseApi, key: str) -> Json:
    wanted = key.strip().removeprefix("course-v1:")
    wanted = "+".join(wanted.split("+")[:2])
    # The key itself is searchable; some analysers read its + as a space.
    for query in dict.fromkeys((wanted, wanted.replace("+", " "), wanted.partition("+")[2])):
        if not query.strip():
            continue
        for course in _courses(api, query):
            if str(course.get("course_id", "")).casefold() == wanted.casefold():
                return course
    raise ApiRefused(404, "There is no course of that key here; search for it by words.", "course_key")


def _evidence(api: CourseApi, course: Json, asker: Asker) -> Json:
    asked = {"keywords": course["course_title"][:KEYWORDS_CHARACTERS], "limit": "20"}
    for authorization in dict.fromkeys((asker.authorization, None)):
        answer = _object(api.get("/coursematch", asked, authorization))
        for match in answer.get("matches", []):
            if match.get("course_key") == course["course_id"]:
                return dict(match)
    return {}


def _taken(api: CourseApi, key: str, asker: Asker) -> bool | None:
    if asker.learner_id is None or asker.staff:
        return None
    answer = _object(api.get("/enrollments", {"student_id": asker.learner_id}, asker.authorization))
    return any(enrollment.get("course_key") == key for enrollment in answer.get("enrollments", []))


def _citable(course: Json, public_url: str) -> str:
    """Give a course's own address, or else this API's address of it: ChatGPT cites nothing without one."""
    return course["course_url"] or f"{public_url}/courses?{urlencode({'query': course['course_id']})}"


def _object(answer: Any) -> Json:
    return answer if isinstance(answer, dict) else {}
