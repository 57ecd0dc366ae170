"""From words by record to words by term."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled


@compiled
def invert(starts: Any, token_term: Any, token_info: Any, slots: int, terms: int) -> Any:
    """Build postings: (where each term's begin; their slots, ascending; their infos; records with each term)."""
    frequencies = np.zeros(terms, np.int32)
    begins = np.zeros(terms + 1, np.int64)
    end = starts[slots]
    for t in range(end):
        begins[token_term[t] + 1] += 1
    for term in range(terms):
        begins[term + 1] += begins[term]
    fill = begins[:terms].copy()
    held = np.empty(end, np.int32)
    infos = np.empty(end, np.uint32)
    for slot in range(slots):
        for t in range(starts[slot], starts[slot + 1]):
            at = fill[token_term[t]]
            fill[token_term[t]] = at + 1
            if at == begins[token_term[t]] or held[at - 1] != slot:
                frequencies[token_term[t]] += 1
            held[at] = slot
            infos[at] = token_info[t]
    return begins, held, infos, frequencies
