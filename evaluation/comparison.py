"""Run the systems over the data and measure each: one comparison for search, one for the next course."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from evaluation.files import Judgment, Query
from evaluation.history import FileHistory
from evaluation.measures import NEXT_COURSE, SEARCH, Measured, coverage, measure, novelty, taken_share
from evaluation.ranking import Ranking, Recommender, SearchSystem

SEARCH_DEPTH = 100
NEXT_DEPTH = 10

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several systems, measured on the same data; the first is ours.

    `questions` says what each query id or learner asked; `right` what would have been right; `why` what our own answer
    says for each course, by query id; `titles` what courses are called.
    """

    kind: str
    data: Mapping[str, int]
    systems: Sequence[Measured]
    rankings: Mapping[str, Mapping[str, Ranking]]
    questions: Mapping[str, str]
    right: Mapping[str, Mapping[str, int]]
    why: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def compare_search(
    systems: Sequence[SearchSystem],
    queries: Sequence[Query],
    judgments: Sequence[Judgment],
    courses: int,
    progress: Progress,
) -> Comparison:
    """Measure how each system ranks courses for the judged queries; those without a judgment are left out."""
    grades: dict[str, dict[str, int]] = {}
    for judgment in judgments:
        grades.setdefault(judgment.query_id, {})[judgment.course_key] = judgment.grade
    asked = [query for query in queries if query.id in grades]
    rankings: dict[str, dict[str, Ranking]] = {}
    for system in systems:
        found = rankings.setdefault(system.name, {})
        for number, query in enumerate(asked, start=1):
            found[query.id] = system.search(query.text, SEARCH_DEPTH)
            progress(f"asking {system.name}", number, len(asked))
    return Comparison(
        kind="search",
        data={"courses": courses, "queries": len(asked), "judgments": len(judgments)},
        systems=[measure(name, grades, found, SEARCH) for name, found in rankings.items()],
        rankings=rankings,
        questions={query.id: query.text for query in asked},
        right=grades,
    )


def compare_next_courses(
    systems: Sequence[Recommender],
    history: FileHistory,
    held_out: Mapping[str, frozenset[str]],
    courses: int,
    progress: Progress,
) -> Comparison:
    """Measure how each system guesses the held-out courses from the rest of each learner's history."""
    histories = history.histories()
    counts = histories.count_of()
    rankings: dict[str, dict[str, Ranking]] = {}
    measured = []
    grades = {learner: dict.fromkeys(sorted(keys), 1) for learner, keys in held_out.items()}
    for system in systems:
        found = rankings.setdefault(system.name, {})
        for number, learner in enumerate(held_out, start=1):
            found[learner] = system.recommend(learner, NEXT_DEPTH)
            progress(f"asking {system.name}", number, len(held_out))
        values = measure(system.name, grades, found, NEXT_COURSE)
        beside = {
            "coverage": coverage(found.values(), courses),
            "novelty": novelty(found.values(), counts, len(histories.taken)),
            "taken": taken_share(found, histories.taken),
        }
        measured.append(Measured(system.name, {**values.overall, **beside}, values.each))
    return Comparison(
        kind="next course",
        data={"courses": courses, "learners with a history": len(histories.taken), "learners asked": len(held_out)},
        systems=measured,
        rankings=rankings,
        questions={learner: " · ".join(histories.taken.get(learner, ())) for learner in held_out},
        right=grades,
    )


def drawn(held_out: Mapping[str, frozenset[str]], most: int, seed: int) -> dict[str, frozenset[str]]:
    """Draw at most `most` learners, the same for the same seed."""
    learners = sorted(held_out)
    chosen = sorted(Random(seed).sample(learners, most)) if len(learners) > most else learners  # noqa: S311  a sample
    return {learner: held_out[learner] for learner in chosen}
