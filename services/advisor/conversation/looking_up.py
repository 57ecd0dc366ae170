"""Look up which courses a message may name: those whose words are nearest to it, by the API's own search."""

from __future__ import annotations

from services.advisor.dialogue.describing import asking
from services.advisor.dialogue.state import NamedCourse
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable, CourseApi
from services.question.course_keys import find_numbers, number_of
from services.question.tokens import words_of

MOST, CHARACTERS, LEAST_WORDS, NUMBERS_MOST = 8, 512, 2, 3


def courses_named_like(api: CourseApi, message: str) -> tuple[tuple[NamedCourse, ...], ApiUnavailable | None]:
    """Give the courses whose numbers a message writes, and the nearest to it and to its question, at most 8 each.

    And the error of an API that is silent: one wait is enough. None where the API gives none: a message is
    understood without.
    """
    numbers = list(dict.fromkeys(number.written for number in find_numbers(message)))[:NUMBERS_MOST]
    found: dict[str, NamedCourse] = {}
    try:
        for number in numbers:
            numbered = [one for one in _courses(api, number) if number_of(one.key) == number]
            found |= {one.key: one for one in numbered}
        for words in _queries(message):
            found |= {one.key: one for one in _courses(api, words)[:MOST]}
    except ApiRefused:
        return tuple(found.values()), None
    except ApiUnavailable as error:
        return tuple(found.values()), error
    return tuple(found.values()), None


def _queries(message: str) -> list[str]:
    """Give the words to search for: the message, and its question where more is told beside it."""
    if len(words_of(message)) < LEAST_WORDS:
        return []
    question = asking(message)
    return [message, question] if question != message and len(words_of(question)) > LEAST_WORDS else [message]


def _courses(api: CourseApi, words: str) -> list[NamedCourse]:
    found = api.get("/courses", {"query": words[:CHARACTERS]}, None)
    courses = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [NamedCourse(str(one["course_id"]), str(one["course_title"])) for one in courses]
