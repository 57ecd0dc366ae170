"""Scoring the newest records, which the postings do not cover yet (see `scoring` for the arguments)."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import ATTRIBUTE_FLAGS, FLAGS, FORBIDDEN, RUN, SPAN, TERM, TYPOS, WORD
from services.mock_algolia.engine.kernels.occurrences import counts, exactness, packed, run_follows
from services.mock_algolia.engine.kernels.scoring import MOST_WORDS, SCRATCH, score


@compiled
def score_newest(
    tokens: Any, runs: Any, base: int, allowed: Any, entries: Any, attributes: Any, how: Any,
    first: Any, chain: Any, rows: Any, masks: Any, kept: int,
) -> int:  # fmt: skip
    """Read the records that the postings do not cover word by word, and score them."""
    starts, token_term, token_info = tokens
    run_starts, run_terms = runs
    scratch = np.empty((SCRATCH, MOST_WORDS), np.int64)
    occurrences = np.empty(256, np.int64)
    for slot in range(base, len(allowed)):
        if not allowed[slot]:
            continue
        found = 0
        forbidden = False
        stop = starts[slot + 1]
        for t in range(starts[slot], stop):
            following = first[token_term[t]]
            while following >= 0 and not forbidden:
                e = following
                following = chain[e]
                info = token_info[t]
                flags = attributes[info >> 17, ATTRIBUTE_FLAGS]
                word, span, run = entries[e, WORD], entries[e, SPAN], entries[e, RUN]
                typos, kind = entries[e, TYPOS], entries[e, FLAGS]
                if not counts(typos, kind, flags):
                    continue
                length = 1
                if run >= 0:
                    length = run_starts[run + 1] - run_starts[run]
                    if not run_follows(
                        t, stop, token_term, token_info, run_terms, run_starts[run], run_starts[run + 1]
                    ):
                        continue
                if kind & FORBIDDEN:
                    forbidden = True
                    break
                if found + span > len(occurrences):
                    more = np.empty(2 * len(occurrences) + span, np.int64)
                    for k in range(found):
                        more[k] = occurrences[k]
                    occurrences = more
                exact = exactness(kind, flags, info)
                occurrences[found] = packed(word, typos, exact, info, 0)
                for k in range(1, span):
                    occurrences[found + k] = packed(word + k, 0, exact, info, min(k, length - 1))
                found += span
        if not forbidden:
            kept = score(
                occurrences, np.int64(0), np.int64(found), np.int64(slot), attributes, how, scratch, rows, masks,
                np.int64(kept),
            )  # fmt: skip
    return kept


@compiled
def link(entries: Any, first: Any, chain: Any) -> None:
    """Chain the entries of each term: `first[term]`, then `chain[entry]`, -1 ends; `first` comes full of -1."""
    for e in range(len(entries) - 1, -1, -1):
        chain[e] = first[entries[e, TERM]]
        first[entries[e, TERM]] = e
