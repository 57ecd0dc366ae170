"""What is compared: systems that rank courses for a query, or for a learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Ranking = Sequence[str]
"""Course keys, best first."""
Rankings = Mapping[str, Ranking]
"""By query id, or by learner."""


class SearchSystem(Protocol):
    """Answers a question with a ranking."""

    name: str

    def search(self, text: str, limit: int) -> Ranking:
        """Rank at most `limit` courses for a text."""


class Recommender(Protocol):
    """Answers a learner with a ranking."""

    name: str

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank at most `limit` courses for a learner known to the training data."""


@dataclass(frozen=True, slots=True)
class Histories:
    """The courses that each learner took and did not leave, in order of time: what may be learned from."""

    taken: Mapping[str, tuple[str, ...]]

    def count_of(self) -> dict[str, int]:
        """Count the learners of each course."""
        counts: dict[str, int] = {}
        for keys in self.taken.values():
            for key in set(keys):
                counts[key] = counts.get(key, 0) + 1
        return counts
