"""Finding the records that match a plan, by way of the postings, and scoring each on every textual criterion.

An *occurrence* is a place where an entry of the plan stands in a record, packed into one number that sorts by attribute
and position: `attribute << 28 | position << 11 | word << 5 | typos << 2 | exact`, exact being 1 for a whole word and 2
for a whole attribute.

What the loops take: `postings`, (where each term's begin, slots, infos) for the slots below `base`; `tokens`, the same
by record; `runs`, (where each begins, terms); `attributes`, a row each (see `layout`); `how`, (words, mask of required
words, may nothing match, least proximity, exact mode, attribute mode). They return or fill `rows`, arrays of slots,
typos, words, proximity, attribute and exact, by ascending slot with room for `spare` more; `masks`, which query words
matched; and how many they kept. Python calls each of them by itself: a loop around them would be compiled with all of
them inside, for as long again. All that they call stands in this one long file, since numba sees no change elsewhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import (
    ATTRIBUTE_FLAGS,
    EXACT,
    EXACT_NONE,
    EXACT_WORD,
    FAR,
    FLAGS,
    FORBIDDEN,
    NEAREST_ATTRIBUTE,
    NO_EXACT,
    NO_PREFIX,
    NO_TYPO,
    PLACE,
    POSITIONS,
    PREFIX,
    RUN,
    SEARCHED,
    SPAN,
    SUMMED_ATTRIBUTES,
    TERM,
    TYPOS,
    UNMATCHED,
    WORD,
)

HUGE = 1_000_000_000
BLOCKED = -1  # key of a record with an excluded word
TYPO_SHIFT = 24  # a place in a record is less than 1 << 24
NO_MATCH = 99
BEST, LAST, NEAR, NEAREST = range(4)  # of the scratch, one number for each query word
SCRATCH = 4
MOST_WORDS = 64  # of a query, and bits of a mask


@compiled
def _counts(typos: int, flags: int, attribute: int) -> bool:
    """Say whether an entry with these typos and flags may stand in an attribute of these flags."""
    if not attribute & SEARCHED:
        return False
    return not ((typos > 0 and attribute & NO_TYPO) or (flags & PREFIX and attribute & NO_PREFIX))


@compiled
def _exactness(flags: int, attribute: int, info: int) -> int:
    """Tell how exact: 2 for the whole attribute, 1 for a whole word, 0: neither."""
    if flags & EXACT and not attribute & NO_EXACT:
        return 2 if (info >> 16) & 1 else 1
    return 0


@compiled
def _place(attributes: Any, attr: int, position: int) -> Any:
    return attributes[attr, PLACE] + min(position & attributes[attr, POSITIONS], 999)


@compiled
def _run_follows(t: int, stop: int, token_term: Any, token_info: Any, run_terms: Any, begin: int, end: int) -> bool:
    """Say whether the words of a run stand one after the other from token `t` on; its first is there."""
    attr, pos = token_info[t] >> 17, token_info[t] & 0xFFFF
    length = end - begin
    matched = 1
    at = t + 1
    while matched < length and at < stop:
        other = token_info[at]
        if other >> 17 != attr or (other & 0xFFFF) > pos + matched:
            break
        if (other & 0xFFFF) == pos + matched and token_term[at] == run_terms[begin + matched]:
            matched += 1
        at += 1
    return matched == length


@compiled
def _run_in(
    slot: int, info: int, starts: Any, token_term: Any, token_info: Any, run_terms: Any, begin: int, end: int
) -> bool:
    """Say whether a run stands in a record where its first word stands with this info."""
    for t in range(starts[slot], starts[slot + 1]):
        if token_info[t] == info and token_term[t] == run_terms[begin]:
            return bool(_run_follows(t, starts[slot + 1], token_term, token_info, run_terms, begin, end))
    return False


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
def _score(
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
            here = min(here, _place(attributes, attr, pos))
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
                scratch[LAST, w] = min(scratch[LAST, w], _place(attributes, attr, (value >> 11) & 0x1FFFF))
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


@compiled
def _packed(word: int, typos: int, exact: int, info: int, further: int) -> int:
    """Pack an occurrence, `further` words on from the place in `info`."""
    return (info >> 17) << 28 | ((info & 0xFFFF) + further) << 11 | word << 5 | typos << 2 | exact


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
            if not _counts(typos, kind, flags):
                continue
            if run >= 0 and not _run_in(
                slot, info, starts, token_term, token_info, run_terms, run_starts[run], run_starts[run + 1]
            ):
                continue
            if kind & FORBIDDEN:
                keys[slot] = BLOCKED
                continue
            keys[slot] = min(keys[slot], typos << TYPO_SHIFT | _place(attributes, attr, info & 0xFFFF))
            exact[slot] = min(exact[slot], typos << 2 | (2 - _exactness(kind, flags, info)))
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
            if not _counts(typos, kind, flags):
                continue
            if run >= 0 and not _run_in(
                slot, info, starts, token_term, token_info, run_terms, run_starts[run], run_starts[run + 1]
            ):
                continue
            if kind & FORBIDDEN:
                cursor[slot] = -1
                continue
            exact = _exactness(kind, flags, info)
            at = cursor[slot]
            occurrences[at] = _packed(word, typos, exact, info, 0)
            for k in range(1, span):
                occurrences[at + k] = _packed(word + k, 0, exact, info, min(k, length - 1))
            cursor[slot] = at + span
    rows = np.empty((6, candidates + spare), np.int32)
    masks = np.empty(candidates + spare, np.int64)
    kept = 0
    for at in range(candidates):
        slot = chosen[at]
        if cursor[slot] >= 0:
            kept = _score(
                occurrences, begins[at], np.int64(cursor[slot]), np.int64(slot), attributes, how, scratch, rows, masks,
                np.int64(kept),
            )  # fmt: skip
    return rows, masks, kept


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
                if not _counts(typos, kind, flags):
                    continue
                length = 1
                if run >= 0:
                    length = run_starts[run + 1] - run_starts[run]
                    if not _run_follows(
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
                exact = _exactness(kind, flags, info)
                occurrences[found] = _packed(word, typos, exact, info, 0)
                for k in range(1, span):
                    occurrences[found + k] = _packed(word + k, 0, exact, info, min(k, length - 1))
                found += span
        if not forbidden:
            kept = _score(
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
