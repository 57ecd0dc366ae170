"""Where each term stands: the words of the records, by term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Ints, Longs
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

    def records_with(self, terms: Ints, alive: Bools | None = None) -> int:
        """Count the records in which each of some terms stands, added up; of those alive, where that is given.

        Terms that the postings do not know yet count none.
        """
        known = terms[terms < len(self.frequencies)]
        if alive is None:
            return int(self.frequencies[known].sum())
        lengths = self.starts[known + 1] - self.starts[known]
        ends = np.cumsum(lengths)
        places = np.arange(lengths.sum()) + np.repeat(self.starts[known] - ends + lengths, lengths)
        slots = self.slots[places]
        first = np.ones(len(slots), np.bool_)  # a record stands once for each time it has the term, side by side
        first[1:] = slots[1:] != slots[:-1]
        first[(ends - lengths)[lengths > 0]] = True
        return int(np.count_nonzero(first & alive[slots]))
