"""One course as the search index holds it: one record a course (ORG+NUM), never one a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Literal, get_args

Availability = Literal["Available now", "Upcoming", "Archived"]
AVAILABILITIES: tuple[Availability, ...] = get_args(Availability)
"""In the order of `availability_rank`: what can be taken today comes first."""

Pacing = Literal["self", "instructor"]
"""Whether learners go at their own speed, or together by dates."""
PACINGS: tuple[Pacing, ...] = get_args(Pacing)

RUN_PREFIX = "course-v1:"
HASH_DIGITS = 32


def course_key_of(run_or_course_key: str) -> str:
    """Reduce a run's key (`course-v1:ORG+NUM+RUN`) to its course's (`ORG+NUM`); a course key is answered as it is.

    edX compares courses by ORG+NUM, so that a second run of a taken course is the same course. Old sites still list
    runs in the form `ORG/NUM/RUN` (opaque-keys calls it deprecated): they too become `ORG+NUM`.
    """
    if run_or_course_key.startswith(RUN_PREFIX):
        return "+".join(run_or_course_key.removeprefix(RUN_PREFIX).split("+")[:2])
    parts = run_or_course_key.split("/")
    if len(parts) == 3 and all(parts) and "+" not in run_or_course_key:
        return "+".join(parts[:2])
    return run_or_course_key


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRun:
    """One run of a course that people may see. Instants are ISO 8601 in UTC; None is not told."""

    course_run_id: str
    start: str | None = None
    end: str | None = None
    enrollment_start: str | None = None
    enrollment_end: str | None = None
    availability: Availability | None = None
    invitation_only: bool = False
    pacing: Pacing | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any] | str) -> CourseRun:
        """Read a run as search answers it; an index that an older sync wrote holds only its id."""
        if isinstance(document, str):
            return cls(course_run_id=document)
        known = {name: value for name in _RUN_NAMES if (value := document.get(name)) is not None}
        if known.get("availability", AVAILABILITIES[0]) not in AVAILABILITIES:
            del known["availability"]
        if known.get("pacing", PACINGS[0]) not in PACINGS:
            del known["pacing"]
        return cls(**known)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRecord:
    """A course as indexed. Lists are tuples; an unknown text is None, an unknown description is empty.

    A new field of a course is declared here, and then touches, as far as it goes:
    `lms/models.py` (its column; loading and the sample SQL follow), `lms/files/catalogue.py` (how a file says it),
    `lms/views/discovery.py` (how course-discovery shows it), `catalog_sync/reading/lms_run.py` (how it is read there;
    the fixtures' records, and what is kept of a short answer, follow), `catalog_sync/to_records.py` (how it becomes
    this field), `index_settings.py` (searched, filtered, ranked by), `coursematch/answers.py` and `openapi.yaml`
    (shown).
    JSON, the content hash and what a search retrieves follow from the declaration.
    """

    ONLY_WHOLE: ClassVar = frozenset(("runs", "uuid", "full_description", "start", "image_url", "video_url"))
    """Fields that a list of hits does without; asked for one course, all are there."""

    course_key: str
    course_run_id: str | None = None
    runs: tuple[CourseRun, ...] = ()
    """The runs that people may see, by id."""
    uuid: str | None = None
    title: str
    org: str = ""
    short_description: str = ""
    full_description: str = ""
    level: str | None = None
    language: str | None = None
    subjects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    prerequisite_titles: tuple[str, ...] = ()
    availability: Availability = "Available now"
    start: str | None = None
    invitation_only: bool = False
    """Every run is by invitation: the course may be read by its key, and is never offered."""
    hours: int | None = None
    """What the whole course takes, about, where the catalogue tells."""
    enrollment_count: int = 0
    url: str | None = None
    image_url: str | None = None
    video_url: str | None = None

    @property
    def object_id(self) -> str:
        """Algolia's `objectID`: the course key, so that a course keeps its record when its runs change."""
        return self.course_key

    @property
    def availability_rank(self) -> int:
        """0 available now, 1 upcoming, 2 archived: the first key of the custom ranking."""
        return AVAILABILITIES.index(self.availability)

    @property
    def content_hash(self) -> str:
        """32 hexadecimal digits over everything indexed: equal if and only if nothing changed."""
        return hashlib.sha256(_canonical(self._document())).hexdigest()[:HASH_DIGITS]

    def to_json(self) -> dict[str, Any]:
        """Build the JSON object that is stored in the index, `objectID` and `content_hash` included."""
        document = self._document()
        digest = hashlib.sha256(_canonical(document)).hexdigest()[:HASH_DIGITS]
        return {"objectID": self.object_id, **document, "content_hash": digest}

    def encoded_size(self) -> int:
        """Measure the record in UTF-8 bytes of compact JSON: what Algolia's record limit counts."""
        object_id = json.dumps(self.object_id, ensure_ascii=False).encode("utf-8", "replace")
        added = len('"objectID":,') + len(object_id) + len(',"content_hash":""') + HASH_DIGITS
        return len(_canonical(self._document())) + added

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> CourseRecord:
        """Read a record as search answers it.

        Fields that Algolia adds (`_highlightResult`, …) and unknown ones are ignored; a field that was not retrieved,
        or is null, takes its default. `course_key` falls back to `objectID`. Raises KeyError where neither is there.
        """
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
            if value is not None and name in _FIELDS
        }
        if "runs" in found:
            found["runs"] = tuple(map(CourseRun.from_json, found["runs"]))
        found.setdefault("course_key", document.get("objectID"))
        if found["course_key"] is None:
            raise KeyError("course_key")
        found.setdefault("title", found["course_key"])
        if found.get("availability", AVAILABILITIES[0]) not in AVAILABILITIES:
            del found["availability"]
        return cls(**found)

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for name in _FIELD_NAMES:
            value = getattr(self, name)
            document[name] = list(value) if isinstance(value, tuple) else value
            if name == "runs":
                document[name] = [asdict(run) for run in value]
            if name == "availability":
                document["availability_rank"] = self.availability_rank
        return document


_RUN_NAMES = tuple(field.name for field in fields(CourseRun))
_FIELD_NAMES = tuple(field.name for field in fields(CourseRecord))
_FIELDS = frozenset(_FIELD_NAMES)


def _canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")
