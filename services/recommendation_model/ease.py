"""The item-to-item model in closed form: EASE (Harald Steck, WWW 2019, https://arxiv.org/abs/1905.03375).

Here with two additions, each switched off by 0: dropout on the diagonal (Steck, NeurIPS 2020), and a target in which a
course taken later weighs more (as SLIT does for sessions, Choi et al., WWW 2021), because we recommend what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy
from numpy.typing import NDArray

from services.recommendation_model.choice import DROPOUT

Matrix = NDArray[numpy.float64]


def weights(together: Matrix, after: Matrix, regularization: float, later: float) -> Matrix:
    """Solve the model: `[i, j]` is how strongly having taken course i speaks for course j; the diagonal is 0.

    `together[i, j]` are the learners of both (on the diagonal: of the course), `after[i, j]` those who took j later.
    """
    return next(solutions(together, after, regularization, (later,)))


def solutions(together: Matrix, after: Matrix, regularization: float, laters: tuple[float, ...]) -> Iterator[Matrix]:
    """Solve for several weights of `later` at the price of one inversion."""
    added = regularization + DROPOUT * numpy.diag(together)
    inverse = numpy.linalg.inv(together + numpy.diag(added))
    own = numpy.diag(inverse)
    both = numpy.eye(len(together)) - inverse * added  # inverse @ together, without multiplying
    following = inverse @ after if any(laters) else None
    for later in laters:
        found = both if following is None or not later else both + later * following
        solved: Matrix = found - inverse * (numpy.diag(found) / own)
        numpy.fill_diagonal(solved, 0.0)
        yield solved


def strongest(solved: Matrix, together: Matrix, most: int, least_together: int) -> Matrix:
    """Keep the `most` strongest of each course that at least `least_together` learners took with it; the rest is 0."""
    kept = numpy.where(together >= least_together, solved, 0.0)
    numpy.maximum(kept, 0.0, out=kept)
    if kept.shape[0] > most:
        rest = numpy.argpartition(-kept, most, axis=1)[:, most:]
        numpy.put_along_axis(kept, rest, 0.0, axis=1)
    return kept
