"""The use case: which courses answer a question, and which come next for a learner.

matching ─┬─ learner_history   what the learner took
          ├─ course_search     courses that could answer, and what the model made of what others took
          └─ recommendation    pure: rank, explain
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.coursematch.recommendation import (
    NOBODY,
    NOTHING_REFUSED,
    Asked,
    Candidate,
    Learner,
    Preferences,
    Recommendation,
    Refusals,
    most_taken,
    rank_for_learner,
    rank_matches,
    refused_by_meaning,
    strongest_related,
)
from services.coursematch.recommendation import Found as FoundCourse
from services.coursematch.recommendation.weights import (
    MATCH_CANDIDATES,
    NOT_OFFERED,
    POPULAR_CANDIDATES,
    PREFERRED_CANDIDATES,
    RECENT_COURSES,
    REFUSED_TOPICS,
    REFUSING_CANDIDATES,
    RELATED_CANDIDATES,
    SEARCH_CANDIDATES,
    SKILLS_ASKED,
)
from services.coursematch.search_port import CourseQuery, CourseSearch, Found, Hit
from services.coursematch.taken_courses import course_keys, learner_who_took
from services.learner_history import Enrollment, LearnerHistory
from services.question import Question, read_question
from services.question.providers import find_providers, may_say_provider, without_providers
from services.question.spoken_names import as_written
from services.question.topic_parts import topic_parts, words_of_manner
from services.question.written_language import language_of_terms
from services.telemetry.personal import BEST, KEYWORDS, SEARCHED_WORDS, UNDERSTOOD
from services.telemetry.steps import step, tell

SEMANTIC_SEARCH = "semantic_search"
CO_ENROLLMENTS = "co_enrollments"
TOLD_BEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The answer to a question: courses best first, how the question was understood, what evidence was missing."""

    courses: tuple[Recommendation, ...]
    words: str
    level: str | None
    language: str | None
    organisations: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    missing_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCourses:
    """Courses for a learner, best first; `based_on` counts the courses of the history that were used."""

    courses: tuple[Recommendation, ...]
    based_on: int
    missing_sources: tuple[str, ...] = ()


class Matching:
    """Answers both questions over a course index and a source of enrollments.

    `match` raises `CatalogUnavailable`; with a learner, and in `recommend`, also `LearnerUnknown` and
    `HistoryUnavailable`: without a history nobody could promise to leave out what was taken.
    """

    def __init__(self, course_search: CourseSearch, learner_history: LearnerHistory) -> None:
        self._search = course_search
        self._history = learner_history

    def match(
        self,
        keywords: str,
        limit: int,
        level: str | None = None,
        language: str | None = None,
        learner: str | None = None,
        refused: Refusals = NOTHING_REFUSED,
        organisations: Sequence[str] = (),
    ) -> Matches:
        """Find courses for a question; with a learner's id, leave out what they took and look at what they know.

        Nothing that is `refused`, or that the words exclude ("but not in Python"), is answered; where `organisations`
        are told, or the words name one ("from MeridianX"), nothing of another.
        """
        history = self._history.enrollments_of(learner) if learner is not None else None
        return self._matched(as_written(keywords), limit, level, language, history, refused, tuple(organisations))

    def _matched(
        self,
        keywords: str,
        limit: int,
        level: str | None,
        language: str | None,
        history: Sequence[Enrollment] | None,
        refused: Refusals,
        organisations: tuple[str, ...],
    ) -> Matches:
        """Find courses for a question; once more where its words name an organisation, which only the index tells."""
        with step("understand", {KEYWORDS: keywords}):
            question = read_question(keywords)
            tell({UNDERSTOOD: str(question), "coursematch.level": level or question.level,
                  "coursematch.language": language or question.language})  # fmt: skip
        unwanted_in_words = refused_in(question)
        unwanted = refused | unwanted_in_words
        asked = Asked(
            parts=topic_parts(question.topic),
            keys=question.keys,
            level=level or question.level,
            language=language or question.language,
        )
        query = CourseQuery(
            # Where the words refuse something, what is left of the sentence is too torn to be searched for.
            words=question.topic if unwanted_in_words != NOTHING_REFUSED else keywords,
            any_words=()
            if unwanted_in_words != NOTHING_REFUSED
            else (*question.filler, *words_of_manner(question.topic)),
            limit=_looked_at(limit, unwanted, MATCH_CANDIDATES if history is not None else PREFERRED_CANDIDATES),
            level=level,
            language=language,
            organisations=organisations,
            without=(*course_keys(history or ()), *refused.courses),
            without_levels=tuple(sorted(unwanted.levels)),
            without_languages=tuple(sorted(unwanted.languages)),
            without_organisations=tuple(sorted(unwanted.organisations)),
            written_in=question.written_in,
            semantic=True,
            explained=True,
        )
        questions, refusals = (
            _with_overview(query, asked, providers=may_say_provider(keywords)),
            [_of_refused(query, topic.said) for topic in unwanted.topics[:REFUSED_TOPICS]],
        )
        answers = self._search.search_all([*questions, *refusals])
        (found, *others), of_refused = answers[: len(questions)], answers[len(questions) :]
        told = find_providers(keywords, [name for other in others for name in other.providers])
        if said := [one for one in told if one.names and one.manner != "named"]:
            wanted = tuple(name for one in said if one.manner in ("wanted", "also") for name in one.names)
            unwanted = Refusals(
                organisations=frozenset(n for one in said if one.manner == "refused" for n in one.names)
            )
            rest = without_providers(keywords, said)
            return self._matched(rest, limit, level, language, history, refused | unwanted, organisations or wanted)
        found = self._widened(query, found)
        hits = found.hits + tuple(hit for other in others for hit in other.hits)
        by_meaning = [refused_by_meaning(_relevance(hits), _relevance(one.hits)) for one in of_refused]
        unwanted |= Refusals(courses=frozenset[str]().union(*by_meaning))
        known = None if history is None else learner_who_took(history, self._search.courses(course_keys(history)))
        preferences = Preferences(
            level=None if level else asked.level,
            language=None if language else asked.language,
            written_in=None if language else question.written_in or language_of_terms(question.topic),
            usual_languages=_usual_languages(others),
        )
        with step("rank", {SEARCHED_WORDS: found.words, "coursematch.by_meaning": found.semantic}):
            candidates = [_candidate(hit, asked) for hit in _each_once(hits)]
            ranked = rank_matches(candidates, limit, known, preferences=preferences, refused=unwanted)
            _tell_ranked(len(candidates), ranked, len(history or ()))
        return Matches(
            courses=ranked,
            words=found.words,
            level=asked.level,
            language=asked.language,
            organisations=organisations,
            excluded=unwanted.named,
            missing_sources=() if found.semantic else (SEMANTIC_SEARCH,),
        )

    def recommend(
        self, learner: str, limit: int, refused: Refusals = NOTHING_REFUSED, organisations: Sequence[str] = ()
    ) -> NextCourses:
        """Recommend next courses for a learner from their history; a new learner gets what many take.

        Nothing that is `refused` is answered, and where `organisations` are told, nothing of another.
        """
        enrollments = self._history.enrollments_of(learner)
        taken = course_keys(enrollments)
        records, told = self._search.courses_and_others(taken, taken[:RECENT_COURSES])
        others = told or NOBODY
        known = learner_who_took(enrollments, records)
        related = strongest_related(known, others, RELATED_CANDIDATES)
        popular = most_taken(others.school.popular, POPULAR_CANDIDATES, without=known.by_key)
        # What the model tells may all be refused, or of others than asked for; the catalogue's is of what is left.
        told_popular = 0 if organisations or refused != NOTHING_REFUSED else len(popular)
        asked = [
            replace(
                query,
                limit=_looked_at(limit, refused, query.limit),
                without=(*query.without, *refused.courses),
                without_levels=tuple(sorted(refused.levels)),
                organisations=tuple(organisations),
                without_languages=tuple(sorted(refused.languages)),
                without_organisations=tuple(sorted(refused.organisations)),
            )
            for query in _questions(known, tuple(taken), told_popular)
        ]
        if among := tuple(dict.fromkeys([*related, *popular])):
            asked.append(CourseQuery(among=among, limit=len(among), organisations=tuple(organisations)))
        found = self._search.search_all(asked)
        courses = [hit.record for answer in found for hit in answer.hits]
        with step("rank"):
            ranked = rank_for_learner(known, courses, limit, others=others, refused=refused)
            _tell_ranked(len(courses), ranked, len(taken))
        ranked = self._described(ranked)
        return NextCourses(
            courses=ranked,
            based_on=len(taken),
            missing_sources=() if told else (CO_ENROLLMENTS,),
        )

    def _described(self, ranked: tuple[Recommendation, ...]) -> tuple[Recommendation, ...]:
        """Read the long texts of courses that have no short one: an answer describes each, from whichever there is."""
        bare = [one.record.course_key for one in ranked if not one.record.short_description]
        whole = self._search.courses(bare) if bare else {}
        return tuple(replace(one, record=whole.get(one.record.course_key, one.record)) for one in ranked)

    def search(self, words: str, limit: int) -> Found:
        """Find courses for some words, as the index orders them; what the words refuse is left out."""
        question = read_question(words)
        refused = refused_in(question)
        query = CourseQuery(
            words=question.topic if refused != NOTHING_REFUSED else words,
            limit=_looked_at(limit, refused, limit),
            without_levels=tuple(sorted(refused.levels)),
            without_languages=tuple(sorted(refused.languages)),
            written_in=question.written_in,
            semantic=True,
            whole=True,
        )
        found = self._widened(query, self._search.search(query))
        offered = [hit for hit in found.hits if not (hit.record.invitation_only or refused.refuse(hit.record))]
        return replace(found, hits=tuple(offered[:limit]))

    def _widened(self, query: CourseQuery, found: Found) -> Found:
        """Add courses that have some of the words, where only words are looked at and few courses have them all."""
        if found.semantic or len(found.hits) >= query.limit or len(found.words.split()) < 2:
            return found
        some = self._search.search(replace(query, any_words=(query.words,)))
        return replace(found, hits=tuple(_each_once([*found.hits, *some.hits]))[: query.limit])


def _tell_ranked(candidates: int, ranked: Sequence[Recommendation], taken: int) -> None:
    """Tell the trace how many candidates came in, how many were ranked, and which were best."""
    best = [f"{one.record.course_key} {one.score:.3f}" for one in ranked[:TOLD_BEST]]
    tell({"coursematch.candidates": candidates, "coursematch.ranked": len(ranked), "coursematch.taken": taken,
          BEST: best})  # fmt: skip


def refused_in(question: Question) -> Refusals:
    """Read from a question what it does not want."""
    return Refusals(
        topics=question.excluded,
        levels=frozenset(question.not_levels),
        languages=frozenset(question.not_languages),
    )


def _looked_at(limit: int, refused: Refusals, least: int) -> int:
    return max(limit + NOT_OFFERED, least, REFUSING_CANDIDATES if refused.topics else 0)


def _each_once(hits: Iterable[Hit]) -> Iterable[Hit]:
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.record.course_key, hit)
    return found.values()


def _questions(learner: Learner, taken: tuple[str, ...], told_popular: int) -> Iterator[CourseQuery]:
    """List what to ask the index for a learner: next courses, those of the same skills and subjects, popular ones.

    `told_popular` counts what the model tells of the last; where that is enough, the catalogue is not asked for more.
    """
    by_catalogue = CourseQuery(limit=SEARCH_CANDIDATES, without=taken)
    if not taken:
        yield CourseQuery(limit=SEARCH_CANDIDATES, level="Introductory")
        yield by_catalogue
        return
    yield CourseQuery(limit=SEARCH_CANDIDATES, requiring=taken[:RECENT_COURSES], without=taken)
    records = [course.record for course in learner.taken[:RECENT_COURSES] if course.record]
    skills = tuple(dict.fromkeys(skill for record in records for skill in record.skills))[:SKILLS_ASKED]
    if skills:
        yield CourseQuery(skills=skills, limit=SEARCH_CANDIDATES, without=taken)
    subjects = tuple(dict.fromkeys(subject for record in records for subject in record.subjects))[:SKILLS_ASKED]
    if subjects:
        yield CourseQuery(subjects=subjects, limit=SEARCH_CANDIDATES, without=taken)
    if not skills and records:
        yield CourseQuery(words=records[0].title, any_words=tuple(records[0].title.split()), without=taken, limit=20)
    if told_popular < POPULAR_CANDIDATES:
        yield by_catalogue


def _with_overview(query: CourseQuery, asked: Asked, *, providers: bool) -> list[CourseQuery]:
    """Ask beside a question what its languages need, and a name of a provider that it may have, in one round trip."""
    languages = query.language is None and asked.language is None
    overview = [CourseQuery(limit=0, languages=languages, providers=providers)] if languages or providers else []
    if query.language is None and asked.language is not None:
        # Named in the words, so preferred: courses in that language may stand far below the nearest in meaning.
        return [query, replace(query, language=asked.language), *overview]
    return [query, *overview]


def _of_refused(query: CourseQuery, said: str) -> CourseQuery:
    return CourseQuery(words=said, limit=PREFERRED_CANDIDATES, semantic=True, written_in=query.written_in)


def _relevance(hits: Iterable[Hit]) -> dict[str, float]:
    return {hit.record.course_key: hit.relevance for hit in hits if hit.relevance is not None}


def _usual_languages(answers: Iterable[Found]) -> frozenset[str]:
    """Name the language that most of the catalogue's courses are taught in."""
    counts = {language: count for answer in answers for language, count in answer.languages.items()}
    return frozenset(sorted(counts, key=lambda language: (-counts[language], language))[:1])


def _candidate(hit: Hit, asked: Asked) -> Candidate:
    evidence = asked.evidence(hit.record, FoundCourse(hit.matched, hit.by_meaning))
    return Candidate(hit.record, evidence, hit.relevance, asked.fit(hit.record))
