"""The two orders: courses for a learner, and a search's courses for whoever searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.course_record import CourseRecord
from services.course_record.levels import LEVELS
from services.coursematch.recommendation.asked import NO_FIT, Fit
from services.coursematch.recommendation.diversity import diversified
from services.coursematch.recommendation.explanation import explain
from services.coursematch.recommendation.fit import (
    Interests,
    LevelsTaken,
    Rarity,
    prerequisites_of,
    shared_skills,
    shared_subjects,
)
from services.coursematch.recommendation.learner import Learner
from services.coursematch.recommendation.others import NOBODY, OtherLearners, Others, Popularities
from services.coursematch.recommendation.reasons import Available, MatchedWords, Reason
from services.coursematch.recommendation.refusals import NOTHING_REFUSED, Refusals
from services.coursematch.recommendation.weights import (
    FURTHER_PREREQUISITES,
    MAJORITY,
    POPULARITY_SAID,
    REASONS_MOST,
    WEIGHTS,
    Weights,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A course that a search found, with the evidence of the search, in the search's order.

    `relevance` (0 to 1) compares the candidates of one search; None where only their order is known.
    """

    record: CourseRecord
    evidence: tuple[Reason, ...] = ()
    relevance: float | None = None
    fit: Fit = NO_FIT


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A course to answer with: its score (0 to 1, comparable inside one answer), why, and how it fits a question."""

    record: CourseRecord
    score: float
    reasons: tuple[Reason, ...]
    fit: Fit = NO_FIT

    @property
    def explanation(self) -> str:
        """The reasons in words."""
        return explain(self.reasons)


def rank_for_learner(
    learner: Learner,
    courses: Iterable[CourseRecord],
    limit: int,
    *,
    others: Others = NOBODY,
    refused: Refusals = NOTHING_REFUSED,
    weights: Weights = WEIGHTS,
) -> tuple[Recommendation, ...]:
    """Recommend at most `limit` of `courses`, best first; never one refused, taken or by invitation.

    The order of `courses` does not matter. `others` is what the model says of other learners.
    """
    pool = sorted({course.course_key: course for course in courses}.values(), key=lambda course: course.course_key)
    view = _View(learner, pool, others, weights)
    scored = [(view.score(course), course) for course in pool if _offered(course, learner, refused)]
    scored.sort(key=lambda item: (-item[0], item[1].course_key))
    return tuple(
        Recommendation(course, round(max(score, 0.0), 4), view.reasons(course))
        for score, course in diversified(scored, limit, weights)
    )


def _offered(course: CourseRecord, learner: Learner, refused: Refusals) -> bool:
    return not (course.invitation_only or course.course_key in learner.by_key or refused.refuse(course))


def reasons_for(
    course: CourseRecord,
    learner: Learner,
    *,
    others: Others = NOBODY,
    weights: Weights = WEIGHTS,
) -> tuple[Reason, ...]:
    """Give the evidence for one course, whether the learner took it or not, the strongest kinds first; never none."""
    before = Learner(tuple(taken for taken in learner.taken if taken.course_key != course.course_key))
    return _View(before, [course], others, weights).reasons(course)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a question asks for beside its subject: a level or language it names, the language it is written in.

    `usual_languages` stand in where nothing tells a language.
    """

    level: str | None = None
    language: str | None = None
    written_in: str | None = None
    usual_languages: frozenset[str] = frozenset()

    def adjustment(self, course: CourseRecord, weights: Weights) -> float:
        """Tell how far these preferences move a course up; 0 where nothing is asked."""
        value = weights.match_level_asked if self.level is not None and course.level == self.level else 0.0
        if self.language is not None:
            return value + (weights.match_language_asked if course.language == self.language else 0.0)
        if self.written_in is not None:
            return value + (weights.match_language_written if course.language == self.written_in else 0.0)
        usual = course.language is None or course.language in self.usual_languages
        return value + (weights.match_language_usual if self.usual_languages and usual else 0.0)


NO_PREFERENCES = Preferences()
_NAMED: Mapping[str | None, float] = {"strong": 1.0, "partial": 0.5}


def rank_matches(
    candidates: Sequence[Candidate],
    limit: int,
    learner: Learner | None = None,
    *,
    preferences: Preferences = NO_PREFERENCES,
    refused: Refusals = NOTHING_REFUSED,
    weights: Weights = WEIGHTS,
) -> tuple[Recommendation, ...]:
    """Rank a search's courses, which come in the index's order.

    Preferences move near equals, and so does a learner's history, which also drops what was taken. Where nothing
    tells a language, the usual one leads. What is refused is dropped, and what names nothing of the topic and is far
    less relevant than the best.
    """
    known = learner or Learner()
    if preferences.written_in is None:
        majority = _majority_language([candidate.record for candidate in candidates])
        usual = known.languages or preferences.usual_languages or majority
        preferences = replace(preferences, usual_languages=usual)
    rest = [candidate for candidate in candidates if _offered(candidate.record, known, refused)]
    view = _View(known, [candidate.record for candidate in rest], NOBODY, weights)
    scored = [
        (
            relevance
            + weights.match_topic * _NAMED.get(candidate.fit.topic, 0.0)
            + preferences.adjustment(candidate.record, weights)
            + view.match_adjustment(candidate.record),
            candidate,
        )
        for relevance, candidate in zip(_relevances(rest, weights), rest, strict=True)
        if candidate.fit.topic != "weak" or relevance >= weights.match_clear_gap
    ]
    scored.sort(key=lambda item: -item[0])  # stable: equals keep the index's order
    highest = max([1.0, *(score for score, _ in scored)])
    return tuple(
        Recommendation(
            candidate.record, round(max(score / highest, 0.0), 4), view.match_reasons(candidate), candidate.fit
        )
        for score, candidate in scored[:limit]
    )


def _majority_language(courses: Sequence[CourseRecord]) -> frozenset[str]:
    """Name the language of three in five of the courses that tell theirs: one word in no language means that."""
    told = Counter(course.language for course in courses if course.language)
    return frozenset(language for language, count in told.items() if count >= MAJORITY * told.total())


def _relevances(candidates: Sequence[Candidate], weights: Weights) -> list[float]:
    """Relevance beside the best one's, 0 to 1; by position where the index tells an order only."""
    told = [candidate.relevance for candidate in candidates if candidate.relevance is not None]
    best = max(told, default=0.0)
    if len(told) < len(candidates) or best <= 0:
        return [1 / (1 + weights.position * position) for position in range(len(candidates))]
    return [max(relevance, 0.0) / best for relevance in told]


class _View:
    """One learner's view of one pool of courses."""

    def __init__(
        self,
        learner: Learner,
        pool: Sequence[CourseRecord],
        others: Others,
        weights: Weights,
    ) -> None:
        self._learner = learner
        self._weights = weights
        taken = [course.record for course in learner.taken if course.record is not None]
        rarity = Rarity([*pool, *taken])
        self._skills = Interests(learner, rarity, field="skills", recency=weights.recency)
        self._subjects = Interests(learner, rarity, field="subjects", recency=weights.recency)
        self._levels = LevelsTaken(learner)
        self._others = OtherLearners(learner, others)
        self._popular = Popularities(pool, others.school.popular)

    def score(self, course: CourseRecord) -> float:
        """Add up the evidence for a course; 0 to 1, where 1 has every kind of evidence at its fullest."""
        weights = self._weights
        prerequisites = prerequisites_of(course, self._learner)
        step = self._levels.fit(course)[1]
        value = weights.similar_learners * self._others.strength(course.course_key)
        value += weights.skills * self._skills.likeness(course)
        value += weights.subjects * self._subjects.likeness(course)
        value += weights.popularity * self._popular.of(course)
        if prerequisites.missing:
            value -= weights.prerequisites_missing
        elif prerequisites.met:
            further = min(len(prerequisites.met) - 1, FURTHER_PREREQUISITES)
            value += weights.prerequisites_met + further * weights.prerequisite_met_further
        if step is not None:
            value += {0: weights.same_level, 1: weights.next_level}.get(step, -weights.level_too_far)
        if not self._learner.taken and course.level == LEVELS[0]:
            value += weights.first_steps
        if course.language and self._learner.languages and course.language not in self._learner.languages:
            value -= weights.known_language
        value -= {"Upcoming": weights.upcoming, "Archived": weights.archived}.get(course.availability, 0.0)
        return value / self._fullest()

    def reasons(self, course: CourseRecord) -> tuple[Reason, ...]:
        """Give the evidence for a course, the strongest kinds first; never none."""
        prerequisites = prerequisites_of(course, self._learner)
        found: list[Reason | None] = [
            *prerequisites.met[:1],
            *prerequisites.missing[:1],
            self._others.evidence(course.course_key),
            shared_skills(self._skills, course) or shared_subjects(self._subjects, course),
            self._levels.fit(course)[0],
        ]
        if self._popular.of(course) >= POPULARITY_SAID:
            found.append(self._popular.evidence(course))
        reasons = [reason for reason in found if reason is not None][:REASONS_MOST]
        return tuple(reasons) or (self._popular.evidence(course) or Available(course.availability),)

    def match_adjustment(self, course: CourseRecord) -> float:
        """How far a history moves a search's course."""
        weights = self._weights
        prerequisites = prerequisites_of(course, self._learner)
        value = weights.match_skills * self._skills.likeness(course)
        if self._learner.taken and prerequisites.missing:
            value -= weights.match_prerequisites_missing
        elif prerequisites.met:
            value += weights.match_prerequisites_met
        step = self._levels.fit(course)[1]
        if step is not None and step != 0:
            value += weights.match_next_level if step == 1 else -weights.match_level_too_far
        return value

    def match_reasons(self, candidate: Candidate) -> tuple[Reason, ...]:
        """Give the strongest evidence: what was searched for, what the learner has of it, the rest; never none."""
        course = candidate.record
        reasons: list[Reason] = list(candidate.evidence)
        if self._learner.taken:
            prerequisites = prerequisites_of(course, self._learner)
            reasons[1:1] = [*prerequisites.met[:1], *prerequisites.missing[:1]][:1]
            rest = (shared_skills(self._skills, course), self._levels.fit(course)[0])
            reasons += [reason for reason in rest if reason is not None]
        popular = self._popular.evidence(course) if self._popular.of(course) >= POPULARITY_SAID else None
        if popular is not None and any(isinstance(reason, MatchedWords) for reason in reasons):
            reasons.append(popular)
        if not reasons:
            reasons.append(self._popular.evidence(course) or Available(course.availability))
        return tuple(reasons[:REASONS_MOST])

    def _fullest(self) -> float:
        weights = self._weights
        return (
            weights.similar_learners
            + weights.skills
            + weights.subjects
            + weights.prerequisites_met
            + FURTHER_PREREQUISITES * weights.prerequisite_met_further
            + weights.next_level
            + weights.popularity
        )
