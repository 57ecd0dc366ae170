"""The closed form is the least squares that it claims to be."""

from __future__ import annotations

import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from services.recommendation_model.choice import DROPOUT
from services.recommendation_model.ease import Matrix, strongest, weights


def counts(seed: int, learners: int, courses: int) -> tuple[Matrix, Matrix]:
    """Count a random school's pairs, in whole numbers."""
    rng = numpy.random.default_rng(seed)
    taken = (rng.random((learners, courses)) < 0.4).astype(float)
    together = taken.T @ taken
    after = numpy.floor(together * rng.random((courses, courses)))
    numpy.fill_diagonal(after, 0.0)
    return together, after


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9), st.sampled_from([0.0, 1.0, 3.0]), st.sampled_from([0.5, 20.0]))
def test_no_other_weights_without_a_diagonal_fit_the_target_better(
    seed: int, courses: int, later: float, regularization: float
) -> None:
    """Each column minimizes its regularized squared error under a zero at its own place: checked by its gradient."""
    together, after = counts(seed, 30, courses)
    solved = weights(together, after, regularization, later)
    assert (numpy.diag(solved) == 0).all()
    penalty = numpy.diag(regularization + DROPOUT * numpy.diag(together))
    gradient = (together + penalty) @ solved - (together + later * after)
    numpy.fill_diagonal(gradient, 0.0)  # the multiplier of the constraint stands there
    assert numpy.allclose(gradient, 0.0, atol=1e-6)


def test_keeps_the_strongest_that_enough_learners_share() -> None:
    solved = numpy.array([[0.0, 0.9, 0.5, 0.4], [0.1, 0.0, -0.2, 0.0], [0.0] * 4, [0.0] * 4])
    together = numpy.array([[9.0, 1.0, 5.0, 5.0], [1.0, 9.0, 5.0, 5.0], [5.0] * 4, [5.0] * 4])
    assert strongest(solved, together, 1, 2).tolist()[:2] == [[0.0, 0.0, 0.5, 0.0], [0.0] * 4]
