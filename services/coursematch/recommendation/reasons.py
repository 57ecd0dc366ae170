"""Evidence: the only things an explanation may be made of. Each is true of the data that it was read from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True)
class MatchedWords:
    """Words of the question, as they stand in a field of the record."""

    kind: ClassVar[str] = "matched_words"
    words: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class MatchedMeaning:
    """The index found the course near to the question in meaning."""

    kind: ClassVar[str] = "matched_meaning"


@dataclass(frozen=True, slots=True)
class RequestedLevel:
    """The course has the level that was asked for."""

    kind: ClassVar[str] = "requested_level"
    level: str


@dataclass(frozen=True, slots=True)
class RequestedLanguage:
    """The course is taught in the language that was asked for."""

    kind: ClassVar[str] = "requested_language"
    language: str


@dataclass(frozen=True, slots=True)
class SharedSkills:
    """Skills that the course and one the learner took both teach."""

    kind: ClassVar[str] = "shared_skills"
    skills: tuple[str, ...]
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class SharedSubjects:
    """Subjects that the course shares with one the learner took."""

    kind: ClassVar[str] = "shared_subjects"
    subjects: tuple[str, ...]
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class PrerequisiteCompleted:
    """The learner completed a prerequisite of the course."""

    kind: ClassVar[str] = "prerequisite_completed"
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class PrerequisiteStarted:
    """The learner is enrolled in a prerequisite of the course; nobody told that it is completed."""

    kind: ClassVar[str] = "prerequisite_started"
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class PrerequisiteMissing:
    """The course asks for another that the learner has not taken."""

    kind: ClassVar[str] = "prerequisite_missing"
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class LevelFit:
    """The course is of the same level as one the learner took in its field, or of the next."""

    kind: ClassVar[str] = "level_fit"
    level: str
    step: Literal["next", "same"]
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class SimilarLearners:
    """So many learners took both the course and one the learner took."""

    kind: ClassVar[str] = "similar_learners"
    learners: int
    course_key: str
    title: str


@dataclass(frozen=True, slots=True)
class Popularity:
    """How many took the course, as the catalogue tells (enrollments) or as this system's own records do (learners)."""

    kind: ClassVar[str] = "popularity"
    count: int
    source: Literal["catalogue", "enrollments"]


@dataclass(frozen=True, slots=True)
class Available:
    """When the course can be taken: said where there is nothing better to say."""

    kind: ClassVar[str] = "availability"
    availability: str


Reason = (
    MatchedWords
    | MatchedMeaning
    | RequestedLevel
    | RequestedLanguage
    | SharedSkills
    | SharedSubjects
    | PrerequisiteCompleted
    | PrerequisiteStarted
    | PrerequisiteMissing
    | LevelFit
    | SimilarLearners
    | Popularity
    | Available
)


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """Write a reason as the contract has it: its kind, then its evidence."""
    return {"kind": reason.kind, **asdict(reason)}
