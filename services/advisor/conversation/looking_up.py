"""Look up which courses a message may name: those whose words are nearest to it, by the API's own search."""

from __future__ import annotations

from services.advisor.dialogue.state import NamedCourse
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable, CourseApi
from services.question.tokens import words_of

MOST, CHARACTERS, LEAST_WORDS = 8, 512, 2


def courses_named_like(api: CourseApi, message: str) -> tuple[tuple[NamedCourse, ...], str]:
    """Give at most 8 courses, the nearest first, and what the API's silence said: who waited once need not wait again.

    None where the API gives none: a message is understood without.
    """
    if len(words_of(message)) < LEAST_WORDS:
        return (), ""
    try:
        found = api.get("/courses", {"query": message[:CHARACTERS]}, None)
    except ApiRefused:
        return (), ""
    except ApiUnavailable as error:
        return (), str(error)
    courses = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(NamedCourse(str(one["course_id"]), str(one["course_title"])) for one in courses[:MOST]), ""
