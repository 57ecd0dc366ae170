"""What the arrays hold that the compiled loops read.

A record's searchable words lie in two parallel arrays, `token_term` (term number) and `token_info`
(`attribute << 17 | alone << 16 | position`), from `starts[slot]` to `starts[slot + 1]`; the postings hold the same
by term. A query is a table of *entries*, one a row: each says that a term (or a run of terms) stands for `SPAN` query
words from `WORD` on, at `TYPOS`. Positions inside one attribute grow by 1 a word; elements of a list stand `GAP`
apart, so they are never near.
"""

from __future__ import annotations

GAP = 9
FAR = 8  # proximity is capped there
UNMATCHED = 1_000_000  # what a word that does not match adds to summed attributes

TERM, WORD, SPAN, TYPOS, FLAGS, RUN = range(6)  # columns of an entry; RUN: number of the run of terms, or -1
COLUMNS = 6
PREFIX, EXACT, FORBIDDEN = 1, 2, 4  # flags of an entry
PLACE, POSITIONS, ATTRIBUTE_FLAGS = range(3)  # columns of an attribute: its first place, mask of positions that count
SEARCHED, NO_TYPO, NO_PREFIX, NO_EXACT = 1, 2, 4, 8  # flags of an attribute
EXACT_WORD, EXACT_ATTRIBUTE, EXACT_NONE = 0, 1, 2  # how a one-word query counts as exact
BEST_ATTRIBUTE, NEAREST_ATTRIBUTE, SUMMED_ATTRIBUTES = 0, 1, 2  # how the attribute criterion is computed
