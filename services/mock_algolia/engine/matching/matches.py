"""The records that a search found, with what every criterion says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from services.mock_algolia.engine.arrays import Floats, Ints


@dataclass(frozen=True)
class Matches:
    """The matching records and what the criteria say of each, in parallel arrays."""

    slots: Ints
    typos: Ints
    words: Ints
    proximity: Ints
    attribute: Ints
    exact: Ints
    filters: Ints | None
    geo: Floats | None

    def take(self, chosen: npt.NDArray[Any]) -> Matches:
        """Keep the chosen ones."""
        return Matches(
            self.slots[chosen], self.typos[chosen], self.words[chosen], self.proximity[chosen],
            self.attribute[chosen], self.exact[chosen], None if self.filters is None else self.filters[chosen],
            None if self.geo is None else self.geo[chosen],
        )  # fmt: skip
