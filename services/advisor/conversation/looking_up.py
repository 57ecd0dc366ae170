"""Look up which courses a message may name: those whose words are nearest to it, by the API's own search."""

from __future__ import annotations

from services.advisor.dialogue.state import NamedCourse
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable, CourseApi
from services.question.tokens import words_of

MOST, CHARACTERS, LEAST_WORDS = 8, 512, 2


def courses_named_like(api: CourseApi, message: str) -> tuple[tuple[NamedCourse, ...], ApiUnavailable | None]:
    """Give at most 8 courses, the nearest first, and the error of an API that is silent: one wait is enough.

    None where the API gives none: a message is understood without.
    """
    if len(words_of(message)) < LEAST_WORDS:
        return (), None
    try:
        found = api.get("/courses", {"query": message[:CHARACTERS]}, None)
    except ApiRefused:
        return (), None
    except ApiUnavailable as error:
        return (), error
    courses = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(NamedCourse(str(one["course_id"]), str(one["course_title"])) for one in courses[:MOST]), None
