"""Look up which courses a message may name: those whose words are nearest to it, by the API's own search."""

from __future__ import annotations

from collections.abc import Sequence

from services.advisor.dialogue.describing import asking
from services.advisor.dialogue.state import NamedCourse
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable, CourseApi
from services.course_record.organisations import organisation_key
from services.question.course_keys import find_numbers, number_of
from services.question.providers import unknown_names
from services.question.tokens import words_of

MOST, CHARACTERS, LEAST_WORDS, NUMBERS_MOST, PROVIDERS_MOST = 8, 512, 2, 3, 3


def courses_named_like(
    api: CourseApi, message: str, earlier: Sequence[str] = ()
) -> tuple[tuple[NamedCourse, ...], ApiUnavailable | None]:
    """Give the courses whose numbers a message writes, and the nearest to it and to its question, at most 8 each.

    A provider is known by its courses: one of each that the message, or one of the `earlier` ones (the newest first),
    may name. And the error of an API that is silent: one wait is enough. None where the API gives none: a message is
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
        for name in _provider_names((message, *earlier)):
            of_it = [one for one in _courses(api, name) if _offered_by(one, name)]
            found |= {one.key: one for one in of_it[:1]}
    except ApiRefused:
        return tuple(found.values()), None
    except ApiUnavailable as error:
        return tuple(found.values()), error
    return tuple(found.values()), None


def _provider_names(messages: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for message in messages for name in unknown_names(message)))[:PROVIDERS_MOST]


def _offered_by(course: NamedCourse, name: str) -> bool:
    return organisation_key(course.key.partition("+")[0]) == organisation_key(name)


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
