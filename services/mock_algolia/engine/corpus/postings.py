"""Where each term stands: the words of the records, by term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.mock_algolia.engine.arrays import Ints, Longs
from services.mock_algolia.engine.kernels.inverting import invert


@dataclass(frozen=True)
class Postings:
    """Term → its slots and infos (see `kernels.layout`) below slot `base`, and how many records have it."""

    starts: Longs
    slots: Ints
    infos: Longs
    frequencies: Ints
    base: int

    @classmethod
    def none(cls) -> Postings:
        """Make the postings of no slot."""
        return cls(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint32), np.zeros(0, np.int32), 0)

    @classmethod
    def of(cls, starts: Longs, terms: Ints, infos: Longs, base: int, size: int) -> Postings:
        """Make the postings of `size` terms in the first `base` slots, whose words lie in `terms` and `infos`."""
        begins, slots, inverted, frequencies = invert(starts, terms, infos, base, size)
        return cls(begins, slots, inverted, frequencies, base)

    @property
    def arrays(self) -> tuple[Longs, Ints, Longs]:
        """What the loops read."""
        return self.starts, self.slots, self.infos

    def records_with(self, terms: Ints) -> int:
        """Count the records in which some terms stand, added up; those that the postings do not know yet count none."""
        return int(self.frequencies[terms[terms < len(self.frequencies)]].sum())
