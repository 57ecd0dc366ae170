"""The named baselines for the next course: popularity, item-kNN, random. None recommends what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy
from implicit.nearest_neighbours import ItemItemRecommender
from scipy.sparse import csr_matrix

from evaluation.ranking import Histories, Ranking

NEIGHBOURS = 50


class Popularity:
    """The courses that most learners took, the same for everybody."""

    name = "popularity"

    def __init__(self, histories: Histories, courses: Sequence[str]) -> None:
        self._histories = histories
        counts = histories.count_of()
        self._ranked = sorted(courses, key=lambda key: (-counts.get(key, 0), key))

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank by number of learners."""
        taken = set(self._histories.taken.get(learner, ()))
        # The first limit + |taken| courses hold at least `limit` that were not taken.
        return [key for key in self._ranked[: limit + len(taken)] if key not in taken][:limit]


class RandomChoice:
    """Any course, drawn with a seed: what a recommender must beat by far."""

    name = "random"

    def __init__(self, histories: Histories, courses: Sequence[str], seed: int) -> None:
        self._histories = histories
        self._courses = courses
        self._seed = seed

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Draw without replacement; the same learner always draws the same."""
        taken = set(self._histories.taken.get(learner, ()))
        drawn = Random(f"{self._seed} {learner}").sample(  # noqa: S311  a baseline, no secret
            range(len(self._courses)), min(limit + len(taken), len(self._courses))
        )
        return [key for key in (self._courses[number] for number in drawn) if key not in taken][:limit]


class ItemNeighbours:
    """Item-kNN: courses that go together by cosine over learners (the library implicit)."""

    name = "item-kNN"

    def __init__(self, histories: Histories, courses: Sequence[str]) -> None:
        self._courses = courses
        self._learners = {learner: number for number, learner in enumerate(histories.taken)}
        column = {key: number for number, key in enumerate(courses)}
        cells = sorted(
            {(row, column[key]) for row, keys in enumerate(histories.taken.values()) for key in keys if key in column}
        )
        rows, columns = ([row for row, _ in cells], [number for _, number in cells])
        shape = (len(self._learners), len(courses))
        self._taken = csr_matrix((numpy.ones(len(cells)), (rows, columns)), shape=shape)
        lengths = numpy.sqrt(numpy.asarray(self._taken.power(2).sum(axis=0)).ravel())
        self._model = ItemItemRecommender(K=NEIGHBOURS, num_threads=1)
        self._model.fit(csr_matrix(self._taken.multiply(1 / numpy.maximum(lengths, 1))), show_progress=False)

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank by summed similarity to the learner's courses."""
        if learner not in self._learners:
            return []
        number = self._learners[learner]
        found, scores = self._model.recommend(number, self._taken[number], N=limit, filter_already_liked_items=True)
        pairs = zip(found.tolist(), scores.tolist(), strict=True)
        return [self._courses[column] for column, score in pairs if column >= 0 and score > 0]
