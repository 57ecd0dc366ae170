"""Counting over matching records, and reading their words."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.engine.kernels.compile import compiled


@compiled
def count_values(slots: Any, starts: Any, ordinals: Any, out: Any) -> None:
    """Count the value numbers of some slots; a slot's lie from `starts[slot]` to `starts[slot + 1]`."""
    for at in range(len(slots)):
        for i in range(starts[slots[at]], starts[slots[at] + 1]):
            out[ordinals[i]] += 1


@compiled
def gather(slots: Any, starts: Any, token_term: Any, token_info: Any, first: Any, out: Any) -> int:
    """Find the matching words of some records; rows of `out`: which record, term, attribute. Returns the row count."""
    found = 0
    for at in range(len(slots)):
        for t in range(starts[slots[at]], starts[slots[at] + 1]):
            if first[token_term[t]] >= 0:
                out[found, 0] = at
                out[found, 1] = token_term[t]
                out[found, 2] = token_info[t] >> 17
                found += 1
    return found
