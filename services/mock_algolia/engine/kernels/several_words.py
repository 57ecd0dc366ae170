"""Scoring by the postings what matches a query of several words (see `scoring` for the arguments)."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import ATTRIBUTE_FLAGS, FLAGS, FORBIDDEN, RUN, SPAN, TERM, TYPOS, WORD
from services.mock_algolia.engine.kernels.occurrences import counts, exactness, packed, run_in
from services.mock_algolia.engine.kernels.scoring import MOST_WORDS, SCRATCH, score


@compiled
def _fold(mask: int) -> int:
    """Fold a mask of words to eight bits; what held all of a mask holds all of its folded bits."""
    out = 0
    while mask:
        out |= mask & 255
        mask >>= 8
    return out


@compiled
def score_several_words(
    postings: Any, tokens: Any, runs: Any, base: int, spare: int, allowed: Any, entries: Any, attributes: Any,
    how: Any,
) -> Any:  # fmt: skip
    """Score the records under the postings that hold every required word: count, gather, score."""
    posting_starts, posting_slots, posting_infos = postings
    starts, token_term, token_info = tokens
    run_starts, run_terms = runs
    scratch = np.empty((SCRATCH, MOST_WORDS), np.int64)
    words, required = how[0], how[1]
    known = len(posting_starts) - 1
    held = np.zeros(base, np.uint8)  # which query words stand in a record, folded to eight bits
    folded = _fold(required)
    cursor = np.zeros(base, np.int32)  # how many occurrences, later where the next one goes
    for e in range(len(entries)):
        term, span = entries[e, TERM], entries[e, SPAN]
        if term >= known or entries[e, FLAGS] & FORBIDDEN:
            continue
        bits = _fold(((1 << span) - 1) << entries[e, WORD])
        for p in range(posting_starts[term], posting_starts[term + 1]):
            held[posting_slots[p]] |= bits
            cursor[posting_slots[p]] += span
    candidates = 0
    total = 0
    for slot in range(base):
        if allowed[slot] and (held[slot] & folded) == folded and (held[slot] != 0 or words == 0):
            size = cursor[slot]
            cursor[slot] = total
            total += size
            candidates += 1
        else:
            cursor[slot] = -1
    occurrences = np.empty(total, np.int64)
    begins = np.empty(candidates, np.int64)
    chosen = np.empty(candidates, np.int32)
    at = 0
    for slot in range(base):
        if cursor[slot] >= 0:
            begins[at] = cursor[slot]
            chosen[at] = slot
            at += 1
    for e in range(len(entries)):
        term, word, span, run = entries[e, TERM], entries[e, WORD], entries[e, SPAN], entries[e, RUN]
        typos, kind = entries[e, TYPOS], entries[e, FLAGS]
        if term >= known:
            continue
        length = 1 if run < 0 else run_starts[run + 1] - run_starts[run]
        for p in range(posting_starts[term], posting_starts[term + 1]):
            slot, info = posting_slots[p], posting_infos[p]
            if cursor[slot] < 0:
                continue
            flags = attributes[info >> 17, ATTRIBUTE_FLAGS]
            if not counts(typos, kind, flags):
                continue
            if run >= 0 and not run_in(
                slot, info, starts, token_term, token_info, run_terms, run_starts[run], run_starts[run + 1]
            ):
                continue
            if kind & FORBIDDEN:
                cursor[slot] = -1
                continue
            exact = exactness(kind, flags, info)
            at = cursor[slot]
            occurrences[at] = packed(word, typos, exact, info, 0)
            for k in range(1, span):
                occurrences[at + k] = packed(word + k, 0, exact, info, min(k, length - 1))
            cursor[slot] = at + span
    rows = np.empty((6, candidates + spare), np.int32)
    masks = np.empty(candidates + spare, np.int64)
    kept = 0
    for at in range(candidates):
        slot = chosen[at]
        if cursor[slot] >= 0:
            kept = score(
                occurrences, begins[at], np.int64(cursor[slot]), np.int64(slot), attributes, how, scratch, rows, masks,
                np.int64(kept),
            )  # fmt: skip
    return rows, masks, kept
