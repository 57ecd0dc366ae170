"""Scoring one record on every textual criterion, by the occurrences of a query's words in it.

What the three callers take (`one_word`, `several_words`, `newest`): `postings`, (where each term's begin, slots, infos)
for the slots below `base`; `tokens`, the same by record; `runs`, (where each begins, terms); `attributes`, a row each
(see `layout`); `how`, (words, mask of required words, may nothing match, least proximity, exact mode, attribute mode).
They return or fill `rows`, arrays of slots, typos, words, proximity, attribute and exact, by ascending slot with room
for `spare` more; `masks`, which query words matched; and how many they kept. Python calls each of them by itself: a
loop around them would be compiled with all of them inside, for as long again.
"""

from __future__ import annotations

from typing import Any

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import (
    EXACT_NONE,
    EXACT_WORD,
    FAR,
    NEAREST_ATTRIBUTE,
    SUMMED_ATTRIBUTES,
    UNMATCHED,
)
from services.mock_algolia.engine.kernels.occurrences import place

HUGE = 1_000_000_000
NO_MATCH = 99
BEST, LAST, NEAR, NEAREST = range(4)  # of the scratch, one number for each query word
SCRATCH = 4
MOST_WORDS = 64  # of a query, and bits of a mask


@compiled
def _sort(values: Any, low: int, high: int) -> None:
    """Sort a part of an array in place: mostly a few values, seldom thousands (Shell's sort, Ciura's gaps)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        if gap > 1 and high - low < 24:
            continue
        for i in range(low + gap, high):
            value = values[i]
            j = i
            while j >= low + gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value


@compiled
def score(
    occurrences: Any, low: Any, high: Any, slot: Any, attributes: Any, how: Any, scratch: Any, rows: Any, masks: Any,
    kept: Any,
) -> Any:  # fmt: skip
    """Score a record by its occurrences; write row `kept` if it matches. Returns the rows written so far.

    All numbers are int64 wherever it is called: it would be compiled once more for every other type.
    """
    words, required, optional = how[0], how[1], how[2]
    min_proximity, exact_mode, attribute_mode = how[3], how[4], how[5]
    for w in range(words):
        scratch[BEST, w] = NO_MATCH
    for i in range(low, high):
        w, typo = (occurrences[i] >> 5) & 63, (occurrences[i] >> 2) & 7
        scratch[BEST, w] = min(scratch[BEST, w], typo)
    got = 0
    typos = 0
    count = 0
    for w in range(words):
        if scratch[BEST, w] < NO_MATCH:
            got |= 1 << w
            typos += scratch[BEST, w]
            count += 1
    if (got & required) != required or (count == 0 and not optional):
        return kept
    _sort(occurrences, low, high)
    first_match = HUGE  # the best place of all
    nearest_match = HUGE  # the best place in the attribute with the nearest words
    lowest = HUGE
    exact_mask = 0
    for w in range(words):
        scratch[NEAREST, w] = FAR
    at = low
    while at < high:  # one attribute after the other
        attr = occurrences[at] >> 28
        here = HUGE
        for w in range(words):
            scratch[LAST, w] = -HUGE
            scratch[NEAR, w] = FAR
        while at < high and occurrences[at] >> 28 == attr:
            value = occurrences[at]
            at += 1
            w = (value >> 5) & 63
            if (value >> 2) & 7 != scratch[BEST, w]:
                continue
            pos = (value >> 11) & 0x1FFFF
            here = min(here, place(attributes, attr, pos))
            exact = value & 3
            if exact == 2 or (exact == 1 and exact_mode == EXACT_WORD):
                exact_mask |= 1 << w
            scratch[LAST, w] = pos
            before = w - 1
            while before >= 0 and scratch[BEST, before] == NO_MATCH:
                before -= 1
            if before >= 0:
                scratch[NEAR, w] = min(scratch[NEAR, w], max(pos - scratch[LAST, before], min_proximity))
            after = w + 1
            while after < words and scratch[BEST, after] == NO_MATCH:
                after += 1
            if after < words:
                scratch[NEAR, after] = min(scratch[NEAR, after], max(pos - scratch[LAST, after], min_proximity))
        if here == HUGE:
            continue
        first_match = min(first_match, here)
        total = 0
        for w in range(words):
            if scratch[BEST, w] < NO_MATCH:
                total += scratch[NEAR, w]
                scratch[NEAREST, w] = min(scratch[NEAREST, w], scratch[NEAR, w])
        if total < lowest or (total == lowest and here < nearest_match):
            nearest_match = here
        lowest = min(lowest, total)
    proximity = 0
    exact_words = 0
    first = True
    for w in range(words):
        if scratch[BEST, w] < NO_MATCH:
            if not first:
                proximity += scratch[NEAREST, w]
            first = False
        if exact_mask >> w & 1:
            exact_words += 1
    if attribute_mode == SUMMED_ATTRIBUTES:
        for w in range(words):
            scratch[LAST, w] = UNMATCHED
        for i in range(low, high):
            value = occurrences[i]
            w = (value >> 5) & 63
            if (value >> 2) & 7 == scratch[BEST, w]:
                attr = value >> 28
                scratch[LAST, w] = min(scratch[LAST, w], place(attributes, attr, (value >> 11) & 0x1FFFF))
        first_match = 0
        for w in range(words):
            first_match += scratch[LAST, w]
    elif attribute_mode == NEAREST_ATTRIBUTE:
        first_match = nearest_match
    rows[0, kept] = slot
    rows[1, kept] = typos
    rows[2, kept] = count
    rows[3, kept] = proximity
    rows[4, kept] = first_match if count > 0 else 0
    rows[5, kept] = exact_words if exact_mode != EXACT_NONE else 0
    masks[kept] = got
    return kept + 1
