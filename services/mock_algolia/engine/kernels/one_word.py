"""Scoring by the postings what matches a query of one word (see `scoring` for the arguments)."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import (
    ATTRIBUTE_FLAGS,
    EXACT_NONE,
    EXACT_WORD,
    FLAGS,
    FORBIDDEN,
    RUN,
    TERM,
    TYPOS,
)
from services.mock_algolia.engine.kernels.occurrences import counts, exactness, place, run_in

HUGE = 1_000_000_000
BLOCKED = -1  # key of a record with an excluded word
TYPO_SHIFT = 24  # a place in a record is less than 1 << 24


@compiled
def score_one_word(
    postings: Any, tokens: Any, runs: Any, base: int, spare: int, allowed: Any, entries: Any, attributes: Any, how: Any
) -> Any:
    """Score the records under the postings against a query of one word: no occurrence needs to be kept."""
    posting_starts, posting_slots, posting_infos = postings
    starts, token_term, token_info = tokens
    run_starts, run_terms = runs
    keys = np.full(base, HUGE, np.int32)  # least typos, then least place
    exact = np.full(base, 255, np.uint8)  # least typos, then the most exact
    for e in range(len(entries)):
        term, typos, kind, run = entries[e, TERM], entries[e, TYPOS], entries[e, FLAGS], entries[e, RUN]
        if term >= len(posting_starts) - 1:
            continue
        for p in range(posting_starts[term], posting_starts[term + 1]):
            slot, info = posting_slots[p], posting_infos[p]
            attr = info >> 17
            flags = attributes[attr, ATTRIBUTE_FLAGS]
            if not counts(typos, kind, flags):
                continue
            if run >= 0 and not run_in(
                slot, info, starts, token_term, token_info, run_terms, run_starts[run], run_starts[run + 1]
            ):
                continue
            if kind & FORBIDDEN:
                keys[slot] = BLOCKED
                continue
            keys[slot] = min(keys[slot], typos << TYPO_SHIFT | place(attributes, attr, info & 0xFFFF))
            exact[slot] = min(exact[slot], typos << 2 | (2 - exactness(kind, flags, info)))
    touched = 0
    for slot in range(base):
        touched += keys[slot] < HUGE
    rows = np.zeros((6, touched + spare), np.int32)
    masks = np.empty(touched + spare, np.int64)
    kept = 0
    for slot in range(base):
        key = keys[slot]
        if not 0 <= key < HUGE or not allowed[slot]:
            continue
        rows[0, kept] = slot
        rows[1, kept] = key >> TYPO_SHIFT
        rows[2, kept] = 1
        rows[4, kept] = key & ((1 << TYPO_SHIFT) - 1)
        own = 2 - (exact[slot] & 3)
        if how[4] != EXACT_NONE and (own == 2 or (own == 1 and how[4] == EXACT_WORD)):
            rows[5, kept] = 1
        masks[kept] = 1
        kept += 1
    return rows, masks, kept
