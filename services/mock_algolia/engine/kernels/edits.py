"""Walking the dictionary for the terms near a word."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import EXACT, FLAGS, PREFIX, RUN, SPAN, TERM, TYPOS, WORD


@compiled
def expand(
    query: Any, budget: int, prefix: bool, order: Any, common: Any, codes: Any, code_starts: Any, out: Any
) -> int:
    """Find the terms within `budget` edits (optimal string alignment) of a word, or of which it is such a prefix.

    `order` lists the terms so that neighbours share `common` first letters; what they share is computed once, and only
    within `budget` letters of the diagonal, where a distance within it can lie. Writes entries for word 0 to `out`,
    flagged EXACT without a typo, PREFIX where the term goes on. A typo on the first letter counts one more.
    Returns the row count.
    """
    m = len(query)
    worst = budget + 1
    longest = m + budget  # no longer beginning of a term is within budget
    rows = np.full((longest + 2, m + 1), worst, np.int32)
    best = np.full(longest + 2, worst, np.int32)  # least distance of the query to a beginning up to this depth
    path = np.zeros(longest + 2, np.int64)
    for j in range(min(m, budget) + 1):
        rows[0, j] = j
    found = 0
    valid = 0  # rows[0..valid] belong to the current path
    closed = 1_000_000  # depth from which on terms with this path all get the answer `settled`: none, where that is 0
    settled = 0
    for at in range(len(order)):
        shared = common[at]
        distance = worst
        whole = False
        if shared >= closed:
            if settled == 0:
                continue
            term = order[at]
            start = code_starts[term]
            distance = settled - 1
        else:
            closed = 1_000_000
            term = order[at]
            start = code_starts[term]
            length = code_starts[term + 1] - start
            depth = min(shared, valid)
            cut = False
            while depth < length and not cut:
                low = worst
                depth += 1
                if depth <= longest:
                    char = codes[start + depth - 1]
                    path[depth] = char
                    if depth <= budget:
                        rows[depth, 0] = low = depth
                    for j in range(max(1, depth - budget), min(m, depth + budget) + 1):
                        value = rows[depth - 1, j - 1] + (0 if query[j - 1] == char else 1)
                        value = min(value, rows[depth - 1, j] + 1, rows[depth, j - 1] + 1)
                        if depth > 1 and j > 1 and query[j - 1] == path[depth - 1] and query[j - 2] == char:
                            value = min(value, rows[depth - 2, j - 2] + 1)
                        rows[depth, j] = value
                        low = min(low, value)
                    best[depth] = min(best[depth - 1], rows[depth, m])
                else:
                    best[depth] = best[depth - 1]
                cut = low > budget
            valid = depth
            if cut:
                closed = depth
                settled = best[depth] + 1 if prefix and best[depth] <= budget else 0
            elif depth == length:
                distance = rows[length, m]
                whole = True
            if prefix and depth > 0 and best[depth] < distance:
                distance = best[depth]
                whole = False
        if distance <= budget:
            flags = PREFIX
            if whole:
                flags = EXACT if distance == 0 else 0
            if distance > 0 and query[0] != codes[start]:
                distance += 1
            out[found, TERM] = term
            out[found, WORD] = 0
            out[found, SPAN] = 1
            out[found, TYPOS] = distance
            out[found, FLAGS] = flags
            out[found, RUN] = -1
            found += 1
    return found


@compiled
def shared_letters(order: Any, codes: Any, code_starts: Any, out: Any) -> None:
    """Count the first letters that each term of an order shares with the term before it."""
    for at in range(1, len(order)):
        one, two = code_starts[order[at - 1]], code_starts[order[at]]
        most = min(code_starts[order[at - 1] + 1] - one, code_starts[order[at] + 1] - two)
        shared = 0
        while shared < most and codes[one + shared] == codes[two + shared]:
            shared += 1
        out[at] = shared
