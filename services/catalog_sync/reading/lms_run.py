"""One course run as an Open edX LMS lists it, and what course-discovery adds about its course.

Both are read leniently, as real sites fill them: a field that is missing, null or of another type is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.course_record import PACINGS, Pacing, course_key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LmsRun:
    """A course run. Instants carry a time zone; None is unknown."""

    id: str
    name: str
    org: str = ""
    short_description: str = ""
    start: datetime | None = None
    end: datetime | None = None
    enrollment_start: datetime | None = None
    enrollment_end: datetime | None = None
    hidden: bool = False
    invitation_only: bool = False
    pacing: Pacing | None = None
    image_url: str | None = None
    video_url: str | None = None

    @property
    def course_key(self) -> str:
        """The course of the run: `ORG+NUM`."""
        return course_key_of(self.id)

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> LmsRun | None:
        """Read an item of `/api/courses/v1/courses/`; None where it names no course run."""
        run_id = _text(item.get("id")) or _text(item.get("course_id"))
        if run_id is None:
            return None
        media = _mapping(item.get("media"))
        image = _mapping(media.get("image"))
        return cls(
            id=run_id,
            name=_text(item.get("name")) or "",
            org=_text(item.get("org")) or "",
            short_description=_text(item.get("short_description")) or "",
            # Open edX shows its default start (2030) where nobody gave one, and says so beside it.
            start=None if item.get("start_type") == "empty" else instant(item.get("start")),
            end=instant(item.get("end")),
            enrollment_start=instant(item.get("enrollment_start")),
            enrollment_end=instant(item.get("enrollment_end")),
            hidden=item.get("hidden") is True,
            invitation_only=item.get("invitation_only") is True,
            pacing=_pacing(item.get("pacing")),
            image_url=_link(image.get("large"))
            or _link(image.get("raw"))
            or _link(_mapping(media.get("banner_image")).get("uri_absolute")),
            video_url=_link(_mapping(media.get("course_video")).get("uri")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDetails:
    """What course-discovery knows about a course beyond the LMS's list."""

    course_key: str
    uuid: str | None = None
    title: str | None = None
    org: str | None = None
    short_description: str | None = None
    full_description: str | None = None
    level: str | None = None
    language: str | None = None
    subjects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    hours: int | None = None
    enrollment_count: int = 0
    url: str | None = None
    image_url: str | None = None
    video_url: str | None = None

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> CourseDetails | None:
        """Read an item of course-discovery's `/api/v1/courses/`; None where it names no course."""
        key = _text(item.get("key"))
        if key is None:
            return None
        runs = [_mapping(run) for run in _sequence(item.get("course_runs"))]
        languages = (*names(item.get("languages"), "name"), *(_text(run.get("content_language")) for run in runs))
        owners = names(item.get("owners"), "name") or names(item.get("owners"), "key")
        count = item.get("enrollment_count")
        return cls(
            course_key=course_key_of(key),
            uuid=_text(item.get("uuid")),
            title=_text(item.get("title")),
            org=owners[0] if owners else None,
            short_description=_text(item.get("short_description")),
            full_description=_text(item.get("full_description")),
            level=_text(item.get("level_type")) or _text(_mapping(item.get("level_type")).get("name")),
            language=_text(item.get("language")) or next((language for language in languages if language), None),
            subjects=names(item.get("subjects"), "name"),
            skills=names(item.get("skill_names"), "name") or names(item.get("skills"), "name"),
            prerequisites=names(item.get("prerequisites"), "key") or names(item.get("prerequisites"), "name"),
            hours=next((hours for hours in map(_hours, runs) if hours), None),
            enrollment_count=count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 0,
            url=_link(item.get("marketing_url")),
            image_url=_link(_mapping(item.get("image")).get("src")),
            video_url=_link(_mapping(item.get("video")).get("src")),
        )


def instant(value: object) -> datetime | None:
    """Read an ISO 8601 time; one without a zone is UTC; anything else is None."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def names(value: object, key: str) -> tuple[str, ...]:
    """Read a list of texts, or of objects that hold the text under `key`; order kept, blanks left out."""
    texts = (_text(_mapping(entry).get(key)) or _text(entry) for entry in _sequence(value))
    return tuple(text for text in texts if text)


def _pacing(value: object) -> Pacing | None:
    return next((pacing for pacing in PACINGS if pacing == value), None)


def _hours(run: Mapping[str, Any]) -> int | None:
    """Reckon a run's hours: its weeks, times the middle of the hours a week (`weeks_to_complete`, `min_effort`, …)."""
    weeks = _count(run.get("weeks_to_complete"))
    least, most = _count(run.get("min_effort")), _count(run.get("max_effort"))
    weekly = [hours for hours in (least, most) if hours]
    return round(weeks * sum(weekly) / len(weekly)) if weeks and weekly else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _link(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip().startswith(("http://", "https://")) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
