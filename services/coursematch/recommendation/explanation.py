"""One sentence out of reasons: every word of it is a fixed phrase or evidence."""

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
    "title": "its title says",
    "skills": "its skills name",
    "subjects": "its subjects name",
    "short_description": "its summary says",
    "full_description": "its description says",
    "org": "its provider is called",
    "course_key": "its key says",
}


def explain(reasons: Sequence[Reason]) -> str:
    """Say the reasons in one English sentence, in their order; empty where there are none."""
    if not reasons:
        return ""
    sentence = "; ".join(_clause(reason) for reason in reasons)
    return sentence[0].upper() + sentence[1:] + "."


def _clause(reason: Reason) -> str:
    match reason:
        case MatchedWords(words, field):
            return f"{_FIELDS.get(field, field)} {_listed([f'“{word}”' for word in words])}"
        case MatchedMeaning():
            return "its meaning is close to your words"
        case RequestedLevel(level):
            return f"its level is {level}, as you asked"
        case RequestedLanguage(language):
            return f"it is taught in {language}, as you asked"
        case SharedSkills(skills, _, title):
            return f"like “{title}”, which you took, it teaches {_listed(skills)}"
        case SharedSubjects(subjects, _, title):
            return f"like “{title}”, which you took, it is about {_listed(subjects)}"
        case PrerequisiteCompleted(_, title):
            return f"you completed its prerequisite “{title}”"
        case PrerequisiteStarted(_, title):
            return f"you are enrolled in its prerequisite “{title}”"
        case PrerequisiteMissing(_, title):
            return f"it asks for “{title}” first, which you have not taken"
        case LevelFit(level, "next", _, title):
            return f"{level} is the next level after “{title}”, which you took"
        case LevelFit(level, _, _, title):
            return f"its level is {level}, like that of “{title}”, which you took"
        case SimilarLearners(learners, _, title):
            return f"{learners} learners who took “{title}”, as you did, took it too"
        case Popularity(count, "catalogue"):
            return f"the catalogue counts {count} {'enrollment' if count == 1 else 'enrollments'} in it"
        case Popularity(count, _):
            return f"{count} {'learner' if count == 1 else 'learners'} took it here"
        case Available(availability):
            return f"it is {_when(availability)}"


def _when(availability: str) -> str:
    return {"Available now": "available now", "Upcoming": "coming up", "Archived": "archived"}.get(
        availability, availability
    )


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
