"""The port: what matching asks of a course index, in the words of courses, not of a vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.course_record import CourseRecord
from services.coursematch.recommendation import Others


class CatalogUnavailable(Exception):
    """The course index does not answer, or has not been filled yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseQuery:
    """A question to the index. Empty words ask for the most popular courses, whatever they are about.

    `level`, `language` and `organisations` (one of them, in any way of writing it) are strict; `any_words` need not all
    occur (what has more of them comes first);
    `without` are course keys to leave out, `without_levels`, `without_languages` and `without_organisations` what they
    are named after; `requiring`
    asks for courses that build on one of these course keys, `skills` and `subjects` for courses of one of these (those
    with more of the skills come first), `among` for these courses; `written_in` names the language
    of the words, where it is known: its small words say nothing about a course. `semantic` asks for courses of near
    meaning too, where the index can; `explained` for the matched words of each hit; `whole` for records with their long
    texts; `languages` for how many of all courses found are taught in each, `providers` for who offers them.
    """

    words: str = ""
    limit: int = 10
    level: str | None = None
    language: str | None = None
    organisations: tuple[str, ...] = ()
    any_words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_levels: tuple[str, ...] = ()
    without_languages: tuple[str, ...] = ()
    without_organisations: tuple[str, ...] = ()
    requiring: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    written_in: str | None = None
    semantic: bool = False
    explained: bool = False
    whole: bool = False
    languages: bool = False
    providers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A course found. `matched` holds, by field, the matched words as they stand in that field of the record.

    `relevance` (0 to 1) compares hits of one answer; None where the index tells an order only.
    """

    record: CourseRecord
    matched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_meaning: bool = False
    relevance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a question found, best first, and how the index understood it.

    `words` are those that were searched for; `level` and `language` were named in them and are preferred, not strict;
    `semantic` tells whether meaning was looked at, `languages` how many courses are taught in each and
    `providers` the organisations that offer them, where asked.
    """

    hits: tuple[Hit, ...] = ()
    words: str = ""
    level: str | None = None
    language: str | None = None
    semantic: bool = False
    languages: Mapping[str, int] = field(default_factory=dict)
    providers: tuple[str, ...] = ()


class CourseSearch(Protocol):
    """A course index. Each method raises `CatalogUnavailable`."""

    def search(self, query: CourseQuery) -> Found:
        """Find the courses that answer one question."""

    def search_all(self, queries: Sequence[CourseQuery]) -> list[Found]:
        """Find the courses of several questions in one round trip, in the order of the questions."""

    def courses(self, course_keys: Sequence[str]) -> dict[str, CourseRecord]:
        """Read courses by key; a key that the index does not hold is left out."""

    def courses_and_others(
        self, course_keys: Sequence[str], related_to: Sequence[str]
    ) -> tuple[dict[str, CourseRecord], Others | None]:
        """Read in one call courses by key, and what the model says of other learners of those in `related_to`.

        Of the courses as much is read as tells what somebody knows who took them: title, level, language, skills and
        subjects. None where no model was published yet.
        """

    def check(self) -> None:
        """Ask the index for a sign of life."""
