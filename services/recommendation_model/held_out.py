"""How good a model is: learners' last courses, taken out of the counts and guessed from the courses before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt

import numpy
from numpy.typing import NDArray

from services.recommendation_model.choice import (
    CHOOSING_COURSES_MOST,
    FOLDS,
    HELD_OUT_MOST,
    LATER,
    RECENCIES,
    REGULARIZATIONS,
    RELATED_MOST,
    TOGETHER_LEAST,
    Choice,
)
from services.recommendation_model.counting import Pairs
from services.recommendation_model.ease import Matrix, solutions, strongest, weights

DEPTH = 10
WORSE_SHARE = 0.05
"""A loss under one in twenty is no reason to keep an older model."""
SURE = 2.0
"""Standard errors: what is within them may be chance."""

History = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """Means over the held-out learners: HR@10, NDCG@10; and the share of modelled courses that anybody was shown."""

    learners: int = 0
    hit_rate: float = 0.0
    ndcg: float = 0.0
    coverage: float = 0.0
    popularity_hit_rate: float = 0.0
    """What naming the ten most taken courses would have hit."""

    def to_json(self) -> dict[str, float]:
        """Write it with four digits."""
        return {name: round(value, 4) for name, value in asdict(self).items()}

    def worse_than(self, other: Measure) -> bool:
        """Tell whether it is worse than another by more than chance explains, and by enough to matter."""
        if not other.learners:
            return False
        if not self.learners:
            return True
        error = sqrt(_variance(self) + _variance(other))
        lost = other.ndcg - self.ndcg
        return lost > SURE * error and lost > WORSE_SHARE * other.ndcg


def _variance(measure: Measure) -> float:
    """Bound the variance of the mean: nothing between 0 and 1 varies more than hits and misses of the same mean."""
    return measure.ndcg * (1 - measure.ndcg) / measure.learners


def choose(pairs: Pairs, histories: Sequence[History]) -> Choice:
    """Choose what guesses best (NDCG@10) among the most taken courses; without histories, the usual."""
    size = min(len(pairs.together), CHOOSING_COURSES_MOST)
    small = Pairs(pairs.together[:size, :size], pairs.after[:size, :size])
    known = [some for history in histories if len(some := history[history < size]) > 1]
    if not known:
        return Choice()
    found: dict[Choice, float] = {}
    for fold, counts in _folds(small, known):
        for regularization in REGULARIZATIONS:
            for later, solved in zip(
                LATER, solutions(counts.together, counts.after, regularization, LATER), strict=True
            ):
                kept = strongest(solved, counts.together, RELATED_MOST, TOGETHER_LEAST)
                for recency in RECENCIES:
                    places = [_place(history, kept, recency) for history in fold]
                    choice = Choice(regularization, later, recency)
                    found[choice] = found.get(choice, 0.0) + sum(map(_gain, places))
    return max(
        found, key=lambda choice: (round(found[choice], 6), choice.regularization, -choice.later, choice.recency)
    )


def measure(pairs: Pairs, histories: Sequence[History], choice: Choice) -> Measure:
    """Measure a choice over all modelled courses, in the form in which requests will use it."""
    places: list[int | None] = []
    shown: set[int] = set()
    popular = 0
    for fold, counts in _folds(pairs, histories):
        solved = weights(counts.together, counts.after, choice.regularization, choice.later)
        kept = strongest(solved, counts.together, RELATED_MOST, TOGETHER_LEAST)
        most_taken = numpy.argsort(-numpy.diag(counts.together), kind="stable")
        for history in fold:
            top = _top(history, kept, choice.recency)
            shown.update(top)
            places.append(top.index(int(history[-1])) if int(history[-1]) in top else None)
            others = most_taken[: DEPTH + len(history)]
            popular += int(history[-1]) in others[~numpy.isin(others, history[:-1])][:DEPTH]
    if not places:
        return Measure()
    return Measure(
        learners=len(places),
        hit_rate=sum(place is not None for place in places) / len(places),
        ndcg=sum(map(_gain, places)) / len(places),
        coverage=len(shown) / len(pairs.together),
        popularity_hit_rate=popular / len(places),
    )


def _folds(pairs: Pairs, histories: Sequence[History]) -> Iterator[tuple[Sequence[History], Pairs]]:
    """Give the learners in parts, each with the counts as they would be without those learners' last courses."""
    folds = 1 if len(histories) >= HELD_OUT_MOST else min(FOLDS, len(histories))
    for number in range(folds):
        fold = histories[number::folds]
        together, after = pairs.together.copy(), pairs.after.copy()
        for history in fold:
            last, before = history[-1], history[:-1]
            together[last, before] -= 1
            together[before, last] -= 1
            together[last, last] -= 1
            # Where times are the same, or not told, nothing was counted as later.
            after[before, last] = numpy.maximum(after[before, last] - 1, 0)
        yield fold, Pairs(together, after)


def _top(history: History, kept: Matrix, recency: float) -> list[int]:
    before = history[:-1]
    scores = recency ** numpy.arange(len(before))[::-1] @ kept[before]
    scores[before] = 0.0
    depth = min(DEPTH, len(scores))
    best = numpy.argpartition(-scores, depth - 1)[:depth]
    best = best[numpy.lexsort((best, -scores[best]))]
    return [int(course) for course in best if scores[course] > 0]


def _place(history: History, kept: Matrix, recency: float) -> int | None:
    top = _top(history, kept, recency)
    last = int(history[-1])
    return top.index(last) if last in top else None


def _gain(place: int | None) -> float:
    return 0.0 if place is None else float(1 / numpy.log2(2 + place))
