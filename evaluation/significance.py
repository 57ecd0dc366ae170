"""Whether two runs over the same queries differ by more than chance: Fisher's randomisation test, paired.

Were both runs alike, each query's difference could as well have the other sign. The share of sign patterns whose mean
is at least as far from nought as the one observed is p (Smucker, Allan and Carterette, CIKM 2007: the test to prefer
for rankings; it assumes nothing about how the differences are spread).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

PATTERNS = 10_000
EXACT_MOST = 13
"""Differences up to which every pattern is looked at (2^13 = 8,192); beyond it so many are drawn."""
SEED = 7
_ROUNDING = 1e-12


def randomisation_p(differences: Sequence[float]) -> float:
    """Give the two-sided p of the mean of paired differences; 1 where none differs."""
    sizes = [abs(one) for one in differences if one]
    if not sizes:
        return 1.0
    observed = abs(sum(differences)) - _ROUNDING
    if len(sizes) <= EXACT_MOST:
        patterns = list(itertools.product((1, -1), repeat=len(sizes)))
        far = sum(abs(sum(map(float.__mul__, sizes, map(float, signs)))) >= observed for signs in patterns)
        return far / len(patterns)
    random = Random(SEED)  # noqa: S311  a sample, the same for the same runs
    far = sum(abs(_signed(sizes, random.getrandbits(len(sizes)))) >= observed for _ in range(PATTERNS))
    return (far + 1) / (PATTERNS + 1)  # the observed pattern is one of them


def _signed(sizes: Sequence[float], signs: int) -> float:
    return sum(size if signs >> at & 1 else -size for at, size in enumerate(sizes))
