"""The named baselines for the next course: popularity, item-kNN, EASE, random. None recommends what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy
from implicit.nearest_neighbours import ItemItemRecommender
from scipy.sparse import csr_matrix

from evaluation.ranking import Histories, Ranking

NEIGHBOURS = 50
EASE_REGULARIZATION = 500.0
"""Lambda: within the 500 to 2,000 that suit histories of a few courses each."""


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


def taken_matrix(histories: Histories, courses: Sequence[str]) -> csr_matrix:
    """Give who took what: a row for each learner of `histories`, in their order, a column for each of `courses`."""
    column = {key: number for number, key in enumerate(courses)}
    cells = sorted(
        {(row, column[key]) for row, keys in enumerate(histories.taken.values()) for key in keys if key in column}
    )
    rows, columns = ([row for row, _ in cells], [number for _, number in cells])
    return csr_matrix((numpy.ones(len(cells)), (rows, columns)), shape=(len(histories.taken), len(courses)))


class Ease:
    """EASE: the linear item-to-item model with a zero diagonal, in closed form.

    Harald Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019), https://arxiv.org/abs/1905.03375.
    """

    name = "EASE"

    def __init__(self, histories: Histories, courses: Sequence[str], regularization: float = EASE_REGULARIZATION):
        self._courses = courses
        self._learners = {learner: number for number, learner in enumerate(histories.taken)}
        self._taken = taken_matrix(histories, courses)
        counts = numpy.asarray((self._taken.T @ self._taken).todense())
        inverse = numpy.linalg.inv(counts + regularization * numpy.eye(len(courses)))
        self._pull = -inverse / numpy.diag(inverse)
        numpy.fill_diagonal(self._pull, 0.0)

    def pull(self, course: str, other: str) -> float:
        """Give the weight with which having taken `course` speaks for `other`."""
        return float(self._pull[self._courses.index(course), self._courses.index(other)])

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank by how strongly the learner's courses pull each other one."""
        if learner not in self._learners:
            return []
        row = self._taken[self._learners[learner]]
        scores = numpy.asarray(row @ self._pull).ravel()
        scores[row.indices] = -numpy.inf
        best = numpy.argsort(-scores, kind="stable")[:limit]
        return [self._courses[number] for number in best if scores[number] > 0]


class ItemNeighbours:
    """Item-kNN: courses that go together by cosine over learners (the library implicit)."""

    name = "item-kNN"

    def __init__(self, histories: Histories, courses: Sequence[str]) -> None:
        self._courses = courses
        self._learners = {learner: number for number, learner in enumerate(histories.taken)}
        self._taken = taken_matrix(histories, courses)
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
