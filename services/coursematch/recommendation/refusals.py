"""What somebody does not want, and whether a course is that: decided on the course's record, never asked of a search.

Neither leg of a search understands a "not": the word after it attracts the very courses that were not wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.course_record import CourseRecord
from services.course_record.organisations import organisation_key, organisation_keys
from services.question import Excluded, names


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What is not wanted: topics, levels, languages of teaching, organisations, and courses by their keys."""

    topics: tuple[Excluded, ...] = ()
    levels: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()

    def __or__(self, other: Refusals) -> Refusals:
        """Refuse what either of the two refuses."""
        return Refusals(
            topics=(*self.topics, *other.topics),
            levels=self.levels | other.levels,
            languages=self.languages | other.languages,
            organisations=self.organisations | other.organisations,
            courses=self.courses | other.courses,
        )

    @property
    def named(self) -> tuple[str, ...]:
        """List the topics, levels, languages and organisations, each once, as they were said."""
        topics = (topic.said for topic in self.topics)
        return tuple(
            dict.fromkeys([*topics, *sorted(self.levels), *sorted(self.languages), *sorted(self.organisations)])
        )

    def refuse(self, course: CourseRecord) -> bool:
        """Tell whether a course is not wanted.

        A topic is looked for in the title, the subjects and the skills, as whole words and in every spelling that means
        it. Descriptions do not count: they also say what a course is not about.
        """
        if course.level in self.levels or course.language in self.languages:
            return True
        if course.course_key.casefold() in map(str.casefold, self.courses):
            return True
        if self.organisations and organisation_keys(course) & set(map(organisation_key, self.organisations)):
            return True
        return bool(self.topics) and self._names_a_topic((course.title, *course.subjects, *course.skills))

    def _names_a_topic(self, texts: tuple[str, ...]) -> bool:
        return any(names(texts, topic.spellings) for topic in self.topics)


NOTHING_REFUSED = Refusals()
