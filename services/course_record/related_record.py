"""What the model of enrollments says of one course, as the second index (`courses_related`) holds it.

It is no part of the course's record: there a training would change every `content_hash`, and rewrite the catalogue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHOOL = ":school"
"""The id of the one record that speaks of all courses; no course key begins with a colon."""
MODEL = ":model"
"""The id of the record that says how the model was made and how good it was; requests do not read it."""
HASH_DIGITS = 32
RECENCY = 0.8


def related_index(courses_index: str) -> str:
    """Name the index of related courses that stands beside an index of courses."""
    return f"{courses_index}_related"


@dataclass(frozen=True, slots=True)
class RelatedCourse:
    """A course that learners of another one take: how strongly, and how many took both (0: too few to be told)."""

    course_key: str
    weight: float
    together: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRecord:
    """The courses related to one, strongest first. `certainty` (0 to 1) says how much was observed of it."""

    course_key: str
    related: tuple[RelatedCourse, ...] = ()
    certainty: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Build the JSON object that is stored, `objectID` and `content_hash` included."""
        related = [{"course_key": one.course_key, "weight": one.weight, "together": one.together}
                   for one in self.related]  # fmt: skip
        return hashed({"objectID": self.course_key, "certainty": self.certainty, "related": related})

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RelatedRecord:
        """Read a record; what has another form than ours is taken for nothing."""
        found = document.get("related")
        return cls(
            course_key=str(document["objectID"]),
            certainty=_number(document.get("certainty")),
            related=tuple(
                RelatedCourse(str(one["course_key"]), _number(one.get("weight")), int(_number(one.get("together"))))
                for one in (found if isinstance(found, list) else [])
                if isinstance(one, dict) and "course_key" in one
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """What holds for all: the courses most learners took, with their number, and how fast interests move.

    Each older course of a learner counts `recency` times the one after it.
    """

    popular: Mapping[str, int] = field(default_factory=dict)
    recency: float = RECENCY

    def to_json(self) -> dict[str, Any]:
        """Build the JSON object that is stored, `objectID` and `content_hash` included."""
        popular = [{"course_key": key, "learners": learners} for key, learners in self.popular.items()]
        return hashed({"objectID": SCHOOL, "recency": self.recency, "popular": popular})

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> SchoolRecord:
        """Read the record; what has another form than ours is taken for nothing."""
        found = document.get("popular")
        return cls(
            recency=_number(document.get("recency")) or RECENCY,
            popular={
                str(one["course_key"]): int(_number(one.get("learners")))
                for one in (found if isinstance(found, list) else [])
                if isinstance(one, dict) and "course_key" in one
            },
        )


def hashed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add the hash of everything in a document: equal if and only if nothing changed."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**document, "content_hash": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:HASH_DIGITS]}


def _number(value: Any) -> float:
    return float(value) if type(value) in (int, float) else 0.0  # a bool is no number
