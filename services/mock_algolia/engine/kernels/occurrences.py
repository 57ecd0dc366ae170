"""Where an entry of a plan stands in a record, and what it counts for there.

An *occurrence* is such a place, packed into one number that sorts by attribute and position:
`attribute << 28 | position << 11 | word << 5 | typos << 2 | exact`, exact being 1 for a whole word and 2 for a whole
attribute.
"""

from __future__ import annotations

from typing import Any

from services.mock_algolia.engine.kernels.compile import compiled
from services.mock_algolia.engine.kernels.layout import (
    EXACT,
    NO_EXACT,
    NO_PREFIX,
    NO_TYPO,
    PLACE,
    POSITIONS,
    PREFIX,
    SEARCHED,
)


@compiled
def counts(typos: int, flags: int, attribute: int) -> bool:
    """Say whether an entry with these typos and flags may stand in an attribute of these flags."""
    if not attribute & SEARCHED:
        return False
    return not ((typos > 0 and attribute & NO_TYPO) or (flags & PREFIX and attribute & NO_PREFIX))


@compiled
def exactness(flags: int, attribute: int, info: int) -> int:
    """Tell how exact: 2 for the whole attribute, 1 for a whole word, 0: neither."""
    if flags & EXACT and not attribute & NO_EXACT:
        return 2 if (info >> 16) & 1 else 1
    return 0


@compiled
def place(attributes: Any, attr: int, position: int) -> Any:
    return attributes[attr, PLACE] + min(position & attributes[attr, POSITIONS], 999)


@compiled
def run_follows(t: int, stop: int, token_term: Any, token_info: Any, run_terms: Any, begin: int, end: int) -> bool:
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
def run_in(
    slot: int, info: int, starts: Any, token_term: Any, token_info: Any, run_terms: Any, begin: int, end: int
) -> bool:
    """Say whether a run stands in a record where its first word stands with this info."""
    for t in range(starts[slot], starts[slot + 1]):
        if token_info[t] == info and token_term[t] == run_terms[begin]:
            return bool(run_follows(t, starts[slot + 1], token_term, token_info, run_terms, begin, end))
    return False


@compiled
def packed(word: int, typos: int, exact: int, info: int, further: int) -> int:
    """Pack an occurrence, `further` words on from the place in `info`."""
    return (info >> 17) << 28 | ((info & 0xFFFF) + further) << 11 | word << 5 | typos << 2 | exact
