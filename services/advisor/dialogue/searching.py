"""Which searches a wish needs, and which of the courses found fit it. Pure: results in, courses out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.advisor.dialogue.state import Change, State, Wanted
from services.question import excluded
from services.question.everyday import in_english
from services.question.tokens import singular, words_of

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
SHOWN, NEAR_SHOWN, LOOKED_AT = 5, 3, 20
STRONG_FIELDS = ("title", "skills", "subjects")
LEXICAL_GAP, CLEAR_GAP = 0.35, 0.6
ENGLISH = {
    "en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "zh": "Chinese",
    "ar": "Arabic",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Courses to show, the best first. `fits`: they are what was asked for, not only near it."""

    courses: tuple[Json, ...]
    fits: bool


def keywords_of(topic: str, spoken: str) -> str:
    """Write a topic as it is searched for: a search by meaning knows English best, so in the words of courses too."""
    english = in_english(topic, spoken)
    if not english:
        return topic
    if spoken != "en":
        return english
    known = {singular(word) for word in words_of(topic)}
    return " ".join([topic, *(word for word in english.split() if singular(word.casefold()) not in known)])


def searches(wanted: Wanted, spoken: str) -> list[Call]:
    """Ask for everything that the topic names, then for what is taught in the conversation's own language."""
    asked: Json = {"keywords": keywords_of(wanted.topic, spoken)[:512], "limit": LOOKED_AT}
    calls: list[Call] = []
    conditions: Json = {}
    if wanted.level:
        conditions["level"] = wanted.level
    if wanted.language:
        conditions["language"] = wanted.language
    calls.append(("match_courses", asked | conditions))
    own = ENGLISH.get(spoken)
    if not wanted.language and spoken != "en":
        calls.append(("match_courses", asked | conditions | {"keywords": wanted.topic[:512], "language": own}))
    if asked["keywords"] != wanted.topic and spoken != "en":
        calls.append(("match_courses", {"keywords": wanted.topic[:512], "limit": LOOKED_AT} | conditions))
    return calls


def wider(wanted: Wanted, spoken: str) -> list[Call]:
    """Ask without the conditions, for what comes nearest."""
    return [("match_courses", {"keywords": keywords_of(wanted.topic, spoken)[:512], "limit": LOOKED_AT})]


def choose(state: State, change: Change, results: Sequence[Json]) -> Found:
    """Choose what fits: nothing below a clear gap, and the conversation's own language first among what fits."""
    wanted = state.wanted
    kept: dict[str, Json] = {}
    for number, body in enumerate(results):
        matches = body.get("matches", [])
        best = max((float(one.get("score") or 0) for one in matches), default=0.0) or 1.0
        strong_here = any(lexical(one, wanted.topic, state.spoken) for one in matches[:SHOWN])
        for at, one in enumerate(matches):
            score = float(one.get("score") or 0) / best
            strong = lexical(one, wanted.topic, state.spoken)
            meant = score >= CLEAR_GAP and (number == 0) and (not strong_here or at < SHOWN)
            if (strong and score >= LEXICAL_GAP) or meant:
                kept.setdefault(one["course_key"], one | {"strong": strong, "score": score if number == 0 else score * 0.9})
    found = [one for one in fitting(list(kept.values()), wanted) if change.kind != "more" or _unseen(one, state, change)]
    own = wanted.language or ENGLISH.get(state.spoken)
    found.sort(key=lambda one: (one.get("language") != own, ))
    fits = any(one["strong"] for one in found[:SHOWN])
    if fits:
        found.sort(key=lambda one: (one.get("language") != own if one["strong"] else True, ))
    return Found(tuple(found), fits)


def _unseen(course: Json, state: State, change: Change) -> bool:
    return course["course_key"] not in state.seen and not any(
        one.key == course["course_key"] for one in (*change.courses, *((state.focus,) if state.focus else ()))
    )


def fitting(courses: Sequence[Json], wanted: Wanted) -> list[Json]:
    """Keep what no condition refuses."""
    unwanted = [excluded(one) for one in wanted.excluded]
    return [
        course
        for course in courses
        if course.get("level") not in wanted.not_levels
        and (wanted.level is None or course.get("level") == wanted.level)
        and (wanted.language is None or course.get("language") == wanted.language)
        and course.get("language") not in wanted.not_languages
        and not any(one.is_in(texts_of(course)) for one in unwanted)
    ]


def texts_of(course: Json) -> list[str]:
    """Give the texts of a course that an exclusion is looked for in."""
    return [str(course.get("title", "")), *course.get("skills", []), *course.get("subjects", [])]


def matched_words(course: Json, fields: Sequence[str] = STRONG_FIELDS) -> set[str]:
    """Give the course's own words that a search matched in some of its fields."""
    return {
        word.casefold()
        for reason in course.get("reasons", [])
        if reason.get("kind") == "matched_words" and reason.get("field") in fields
        for said in reason["words"]
        for word in said.split()
    }


def lexical(course: Json, topic: str, spoken: str) -> bool:
    """Say whether a course names in its title, skills or subjects enough of what is asked for."""
    matched = matched_words(course)
    if not matched:
        return False
    if any("㐀" <= letter <= "鿿" for letter in topic):
        return True
    asked = [word for word in words_of(topic) if len(word) > 2]
    if in_english(topic, spoken):
        return bool({singular(word) for word in matched} - _VAGUE)
    return len(matched) * 2 > len(asked)


_VAGUE = frozenset("time data food people work language system science art social human basic".split())
