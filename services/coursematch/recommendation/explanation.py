"""Short sentences out of reasons: every word of them is a fixed phrase or evidence."""

from __future__ import annotations

from collections.abc import Sequence

from services.coursematch.recommendation.reasons import (
    Available,
    LevelFit,
    MatchedMeaning,
    MatchedWords,
    Popularity,
    PrerequisiteCompleted,
    PrerequisiteMissing,
    PrerequisiteStarted,
    Reason,
    RequestedLanguage,
    RequestedLevel,
    SharedSkills,
    SharedSubjects,
    SimilarLearners,
)

_FIELDS = {
    "title": "Its title names",
    "skills": "It teaches",
    "subjects": "It belongs to",
    "short_description": "Its summary speaks of",
    "full_description": "Its description speaks of",
    "org": "It is offered by",
    "course_key": "Its key is",
}
_AS_THEY_STAND = frozenset(("skills", "subjects", "org", "course_key"))
"""Fields whose words are names of their own; words cut out of a sentence stand in quotation marks."""


def explain(reasons: Sequence[Reason]) -> str:
    """Say the reasons in short English sentences, in their order; empty where there are none."""
    return " ".join(f"{_sentence(reason)}." for reason in reasons)


def _sentence(reason: Reason) -> str:
    match reason:
        case MatchedWords(words, field):
            named = words if field in _AS_THEY_STAND else [f"“{word}”" for word in words]
            return f"{_FIELDS.get(field, f'Its {field} says')} {_listed(named)}"
        case MatchedMeaning():
            return "It is close in meaning to what you look for"
        case RequestedLevel(level):
            return f"It is {level}, as you asked"
        case RequestedLanguage(language):
            return f"It is taught in {language}, as you asked"
        case SharedSkills(skills, _, title):
            return f"It goes on with {_listed(skills)}, which you met in “{title}”"
        case SharedSubjects(subjects, _, title):
            return f"It belongs to {_listed(subjects)}, like “{title}”, which you took"
        case PrerequisiteCompleted(_, title):
            return f"You completed its prerequisite “{title}”"
        case PrerequisiteStarted(_, title):
            return f"You are enrolled in its prerequisite “{title}”"
        case PrerequisiteMissing(_, title):
            return f"It asks for “{title}” first, which you have not taken"
        case LevelFit(level, "next", _, title):
            return f"It is {level}: the next level after “{title}”, which you took"
        case LevelFit(level, _, _, title):
            return f"It is {level}, like “{title}”, which you took"
        case SimilarLearners(learners, _, title):
            return f"{learners} learners who took “{title}”, as you did, took it too"
        case Popularity(count, "catalogue"):
            return f"{count:,} {'person' if count == 1 else 'people'} enrolled in it"
        case Popularity(count, _):
            return f"{count:,} {'learner' if count == 1 else 'learners'} took it here"
        case Available(availability):
            return f"It is {_when(availability)}"


def _when(availability: str) -> str:
    return {"Available now": "available now", "Upcoming": "coming up", "Archived": "archived"}.get(
        availability, availability
    )


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
