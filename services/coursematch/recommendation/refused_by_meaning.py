"""Which courses a refusal means that none of their words name: "no paintings" means modern art. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.coursematch.recommendation.weights import REFUSED_LEAST, REFUSED_NEAR, REFUSED_SHARE


def refused_by_meaning(wanted: Mapping[str, float], unwanted: Mapping[str, float]) -> frozenset[str]:
    """Name the courses that a refusal means in other words than theirs ("no hacking": penetration testing).

    Both map course keys to their relevance (0 to 1), to what is wanted and to what is refused. The nearest to the
    refusal are meant, unless all of them are far from it, or are much nearer to what is wanted.
    """
    both = {key: value for key, value in unwanted.items() if key in wanted}
    best = max(both.values(), default=0.0)
    if best < REFUSED_LEAST:
        return frozenset()
    meant = {
        key for key, value in both.items() if value >= REFUSED_NEAR * best and value >= REFUSED_SHARE * wanted[key]
    }
    return frozenset(meant) if len(meant) < len(wanted) else frozenset()
