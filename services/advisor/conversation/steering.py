"""Mend a model's tool arguments: a level or a language belongs into its filter, what is not wanted is left out."""

from __future__ import annotations

from typing import Any

from services.course_record.levels import LEVELS
from services.question import read_question

KEYWORDS_CHARACTERS = 512
LIMIT_MOST = 20
REFUSED_MOST, COURSES_MOST = 20, 100
"""As many as the API takes."""
Json = dict[str, Any]


def steered(name: str, arguments: Json, learner_id: str | None) -> Json:
    """Return the arguments to call a tool with.

    A learner's tool gets the learner who is asking, whatever the model wrote, so that no text can make it ask for
    another.
    """
    mended = dict(arguments)
    if name in ("recommend_courses", "get_enrollments"):
        mended.pop("student_id", None)
        if learner_id is not None:
            mended["student_id"] = learner_id
    if isinstance(mended.get("limit"), int):
        mended["limit"] = max(1, min(mended["limit"], LIMIT_MOST))
    keywords = mended.get("keywords")
    if name == "match_courses" and isinstance(keywords, str):
        asked = read_question(keywords)
        level, language = asked.level, asked.language
        rest = asked.topic or "courses"
        # Where nothing else is asked for ("beginner courses"), the words are all there is to search with.
        if rest and (level or language):
            mended["keywords"] = rest
            if level and mended.get("level") not in LEVELS:
                mended["level"] = level
            if language and not mended.get("language"):
                mended["language"] = language
        mended["keywords"] = mended["keywords"][:KEYWORDS_CHARACTERS]
    return mended


def refusing(arguments: Json, refused: Json) -> Json:
    """Add to a search what the person does not want, as it was understood: a model forgets it, or turns it round."""
    mended = dict(arguments)
    for name, values in refused.items():
        given = mended.get(name)
        own = given if isinstance(given, list) else [given] if given else []
        most = COURSES_MOST if name == "exclude_courses" else REFUSED_MOST
        mended[name] = [*values, *(one for one in own if one not in values)][:most]
    return mended
