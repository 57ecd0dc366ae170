"""The inner loops of a search, compiled: dictionary expansion, postings, and the scan that scores one record.

Layout. A record's searchable words lie in two parallel arrays, `token_term` (term number) and `token_info`
(`attribute << 17 | alone << 16 | position`), from `starts[slot]` to `starts[slot + 1]`. A query is a table of
*entries*: each says that a term (or a run of terms) stands for `span` query words from `word` on, at `typos`.
Positions inside one attribute grow by 1 a word; elements of a list stand `GAP` apart, so they are never near.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from services.mock_algolia.engine.compile import compiled

GAP = 9
FAR = 8  # proximity is capped there
MAX_OCCURRENCES = 1024

PREFIX, EXACT, FORBIDDEN = 1, 2, 4  # entry flags
SEARCHED, NO_TYPO, NO_PREFIX, NO_EXACT, ORDERED = 1, 2, 4, 8, 16  # attribute flags
EXACT_WORD, EXACT_ATTRIBUTE, EXACT_NONE = 0, 1, 2  # how a one-word query counts as exact
BEST_ATTRIBUTE, NEAREST_ATTRIBUTE, SUMMED_ATTRIBUTES = 0, 1, 2  # how the attribute criterion is computed
UNMATCHED = 1_000_000  # what a word that does not match adds to summed attributes


@compiled
def expand(
    query: Any, budget: int, prefix: bool, order: Any, common: Any, codes: Any, code_starts: Any, out: Any
) -> int:
    """Find the terms within `budget` edits (optimal string alignment) of a word, or of which it is such a prefix.

    `order` lists the terms so that neighbours share `common` first letters. Writes rows (term, typos, whole) to
    `out`; whole = 1 when the entire term matched. A typo on the first letter counts one more. Returns the row count.
    """
    m = len(query)
    limit = m + budget + 1
    rows = np.zeros((limit + 2, m + 1), np.int32)
    best = np.full(limit + 2, 99, np.int32)  # least distance of the query to a prefix of the term up to this depth
    path = np.zeros(limit + 2, np.int64)
    for j in range(m + 1):
        rows[0, j] = j
    found = 0
    valid = 0  # rows[0..valid] belong to the current path
    dead = 1_000_000  # depth at which the shared path stopped being able to match
    for at in range(len(order)):
        term = order[at]
        shared = common[at]
        start = code_starts[term]
        length = code_starts[term + 1] - start
        if shared >= dead:
            continue
        dead = 1_000_000
        depth = min(shared, valid)
        stopped = False
        while depth < length:
            if prefix and depth >= limit:
                break
            if not prefix and depth > m + budget:
                stopped = True
                break
            char = codes[start + depth]
            path[depth + 1] = char
            d = depth + 1
            rows[d, 0] = d
            low = d
            for j in range(1, m + 1):
                cost = 0 if query[j - 1] == char else 1
                value = min(rows[d - 1, j] + 1, rows[d, j - 1] + 1, rows[d - 1, j - 1] + cost)
                if d > 1 and j > 1 and query[j - 1] == path[d - 1] and query[j - 2] == char:
                    value = min(value, rows[d - 2, j - 2] + 1)
                rows[d, j] = value
                low = min(low, value)
            best[d] = min(best[d - 1] if d > 1 else 99, rows[d, m])
            depth = d
            valid = d
            if low > budget:
                previous = 0
                # a transposition may still rescue a path whose row before was within budget
                for j in range(m + 1):
                    if j == 0 or rows[d - 1, j] < previous:
                        previous = rows[d - 1, j]
                if previous + 1 > budget:
                    if not (prefix and best[d] <= budget):
                        stopped = True
                        dead = d
                    break
        if stopped:
            continue
        valid = min(valid, depth)
        reached = min(depth, length)
        whole = 0
        distance = 99
        if reached == length:
            distance = rows[length, m]
            whole = 1
        if prefix and reached > 0 and best[reached] < distance:
            distance = best[reached]
            whole = 0
        if distance <= budget:
            if distance > 0 and query[0] != codes[start]:
                distance += 1
            out[found, 0] = term
            out[found, 1] = distance
            out[found, 2] = whole
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


@compiled
def invert(starts: Any, token_term: Any, slots: int, terms: int) -> Any:
    """Build postings: for each term its slots, ascending, each once."""
    counts = np.zeros(terms + 1, np.int64)
    last = np.full(terms, -1, np.int32)
    for slot in range(slots):
        for t in range(starts[slot], starts[slot + 1]):
            term = token_term[t]
            if last[term] != slot:
                last[term] = slot
                counts[term + 1] += 1
    for term in range(terms):
        counts[term + 1] += counts[term]
    postings = np.empty(counts[terms], np.int32)
    fill = counts[:terms].copy()
    last[:] = -1
    for slot in range(slots):
        for t in range(starts[slot], starts[slot + 1]):
            term = token_term[t]
            if last[term] != slot:
                last[term] = slot
                postings[fill[term]] = slot
                fill[term] += 1
    return counts, postings


@compiled
def candidates(
    mask: Any,
    allowed: Any,
    posting_starts: Any,
    postings: Any,
    terms: Any,
    bits: Any,
    entry_count: int,
    required: int,
    base: int,
    out: Any,
) -> int:
    """Find the slots that may match: those under postings of every required word (or of any, when none is)."""
    known = len(posting_starts) - 1
    for e in range(entry_count):
        term = terms[e]
        if term >= known:
            continue
        bit = bits[e]
        for p in range(posting_starts[term], posting_starts[term + 1]):
            mask[postings[p]] |= bit
    found = 0
    for slot in range(base):
        if mask[slot] != 0 and (mask[slot] & required) == required and allowed[slot]:
            out[found] = slot
            found += 1
    for slot in range(base, len(allowed)):
        if allowed[slot]:
            out[found] = slot
            found += 1
    return found


@compiled
def link(terms: Any, count: int, first: Any, chain: Any) -> None:
    """Chain the entries of each term: `first[term]`, then `chain[entry]`, -1 ends."""
    for e in range(count - 1, -1, -1):
        chain[e] = first[terms[e]]
        first[terms[e]] = e


@compiled
def scan(
    slots: Any,
    starts: Any,
    token_term: Any,
    token_info: Any,
    first: Any,
    chain: Any,
    e_word: Any,
    e_span: Any,
    e_typo: Any,
    e_flags: Any,
    e_run: Any,
    run_starts: Any,
    run_terms: Any,
    a_rank: Any,
    a_flags: Any,
    words: int,
    required: int,
    optional: bool,
    min_proximity: int,
    exact_mode: int,
    attribute_mode: int,
    stop_at: int,
    out: Any,
) -> int:
    """Score candidate records; keep those that match.

    Rows of `out`: slot, typos, words, proximity, attribute, exact, mask. Returns the row count.
    """
    occ_word = np.empty(MAX_OCCURRENCES, np.int32)
    occ_attr = np.empty(MAX_OCCURRENCES, np.int32)
    occ_pos = np.empty(MAX_OCCURRENCES, np.int32)
    occ_typo = np.empty(MAX_OCCURRENCES, np.int32)
    occ_exact = np.empty(MAX_OCCURRENCES, np.int32)
    best = np.empty(64, np.int32)
    nearest = np.empty(64, np.int32)
    kept = 0
    for c in range(len(slots)):
        slot = slots[c]
        n = 0
        stopped = False
        single_match = 1_000_000_000
        single_exact = 0
        for w in range(words):
            best[w] = 99
        forbidden = False
        stop = starts[slot + 1]
        for t in range(starts[slot], stop):
            e = first[token_term[t]]
            if e < 0:
                continue
            info = token_info[t]
            attr = info >> 17
            flags = a_flags[attr]
            if flags & SEARCHED == 0:
                continue
            pos = info & 0xFFFF
            while e >= 0:
                typo = e_typo[e]
                kind = e_flags[e]
                if (typo > 0 and flags & NO_TYPO) or (kind & PREFIX and flags & NO_PREFIX):
                    e = chain[e]
                    continue
                run = e_run[e]
                length = 1
                if run >= 0:
                    length = run_starts[run + 1] - run_starts[run]
                    at = t + 1
                    matched = 1
                    while matched < length and at < stop:
                        other = token_info[at]
                        if other >> 17 != attr or (other & 0xFFFF) > pos + matched:
                            break
                        if (other & 0xFFFF) == pos + matched and token_term[at] == run_terms[run_starts[run] + matched]:
                            matched += 1
                        at += 1
                    if matched < length:
                        e = chain[e]
                        continue
                if kind & FORBIDDEN:
                    forbidden = True
                    break
                word = e_word[e]
                exact = 0
                if kind & EXACT and not flags & NO_EXACT:
                    exact = 2 if (info >> 16) & 1 else 1
                if words == 1:  # nothing but the best needs to be remembered
                    if typo <= best[0]:
                        place = a_rank[attr] * 1000
                        if flags & ORDERED:
                            place += min(pos, 999)
                        if typo < best[0]:
                            best[0] = typo
                            single_match = place
                            single_exact = exact
                        else:
                            single_match = min(single_match, place)
                            single_exact = max(single_exact, exact)
                        if typo == stop_at:  # words lie in ranking order: no later one can be better
                            stopped = True
                            break
                    e = chain[e]
                    continue
                for k in range(e_span[e]):
                    w = word + k
                    own = typo if k == 0 else 0
                    if own <= best[w]:
                        best[w] = own
                        if n < MAX_OCCURRENCES:
                            occ_word[n] = w
                            occ_attr[n] = attr
                            occ_pos[n] = pos + min(k, length - 1)
                            occ_typo[n] = own
                            occ_exact[n] = exact
                            n += 1
                e = chain[e]
            if forbidden or stopped:
                break
        if forbidden:
            continue
        got = 0
        typos = 0
        count = 0
        for w in range(words):
            if best[w] < 99:
                got |= 1 << w
                typos += best[w]
                count += 1
        if (got & required) != required or (count == 0 and not optional):
            continue
        if words == 1:
            out[kept, 0] = slot
            out[kept, 1] = typos
            out[kept, 2] = count
            out[kept, 3] = 0
            out[kept, 4] = single_match if count > 0 else 0
            exact = 0
            if exact_mode != EXACT_NONE and (single_exact == 2 or (single_exact == 1 and exact_mode == EXACT_WORD)):
                exact = 1
            out[kept, 5] = exact
            out[kept, 6] = got
            kept += 1
            continue
        live = 0
        exact_words = 0
        first_match = 1_000_000_000
        exact_mask = 0
        for i in range(n):
            w = occ_word[i]
            if occ_typo[i] != best[w]:
                continue
            occ_word[live] = w
            occ_attr[live] = occ_attr[i]
            occ_pos[live] = occ_pos[i]
            live += 1
            attr = occ_attr[i]
            value = a_rank[attr] * 1000
            if a_flags[attr] & ORDERED:
                value += min(occ_pos[i], 999)
            first_match = min(first_match, value)
            if occ_exact[i] == 2 or (occ_exact[i] == 1 and exact_mode == EXACT_WORD):
                exact_mask |= 1 << w
        if exact_mode != EXACT_NONE:
            for w in range(words):
                if exact_mask >> w & 1:
                    exact_words += 1
        proximity = 0
        if count > 1:
            for w in range(words):
                nearest[w] = FAR
            lowest = 1_000_000
            low = 0
            while low < live:  # the occurrences of an attribute lie together
                attr = occ_attr[low]
                high = low + 1
                while high < live and occ_attr[high] == attr:
                    high += 1
                total = 0
                previous = -1
                for w in range(words):
                    if best[w] == 99:
                        continue
                    if previous >= 0:
                        near = FAR
                        for i in range(low, high):
                            if occ_word[i] == previous:
                                for j in range(low, high):
                                    if occ_word[j] == w:
                                        near = min(near, max(abs(occ_pos[j] - occ_pos[i]), min_proximity))
                        nearest[w] = min(nearest[w], near)
                        total += near
                    previous = w
                if attribute_mode == NEAREST_ATTRIBUTE and total <= lowest:
                    value = 1_000_000_000
                    for i in range(low, high):
                        place = a_rank[attr] * 1000
                        if a_flags[attr] & ORDERED:
                            place += min(occ_pos[i], 999)
                        value = min(value, place)
                    if total < lowest or value < first_match:
                        first_match = value
                    lowest = total
                low = high
            previous = -1
            for w in range(words):
                if best[w] < 99:
                    if previous >= 0:
                        proximity += nearest[w]
                    previous = w
        if attribute_mode == SUMMED_ATTRIBUTES:
            first_match = 0
            for w in range(words):
                value = UNMATCHED
                for i in range(live):
                    if occ_word[i] == w:
                        place = a_rank[occ_attr[i]] * 1000
                        if a_flags[occ_attr[i]] & ORDERED:
                            place += min(occ_pos[i], 999)
                        value = min(value, place)
                first_match += value
        out[kept, 0] = slot
        out[kept, 1] = typos
        out[kept, 2] = count
        out[kept, 3] = proximity
        out[kept, 4] = first_match if count > 0 else 0
        out[kept, 5] = exact_words
        out[kept, 6] = got
        kept += 1
    return kept


@compiled
def count_values(ordinals: Any, slots: Any, held: Any, out: Any) -> None:
    """Count the value numbers of the entries whose slot is held."""
    for i in range(len(ordinals)):
        if held[slots[i]]:
            out[ordinals[i]] += 1


@compiled
def gather(slots: Any, starts: Any, token_term: Any, token_info: Any, first: Any, out: Any) -> int:
    """Find the matching words of some records; rows of `out`: which record, term, attribute. Returns the row count."""
    found = 0
    for at in range(len(slots)):
        for t in range(starts[slots[at]], starts[slots[at] + 1]):
            if first[token_term[t]] >= 0 and found < len(out):
                out[found, 0] = at
                out[found, 1] = token_term[t]
                out[found, 2] = token_info[t] >> 17
                found += 1
    return found
