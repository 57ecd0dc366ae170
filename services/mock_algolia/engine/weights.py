"""Every number of our own that decides an order, with its reason.

What Algolia documents stands beside what reads it (`kernels/layout.py`, `parameters/schema.py`); these are choices.
Those of a neural search were measured on the fixtures' judged queries: after a change, run `nox -s evaluate` again.
"""

from __future__ import annotations

SPLIT_TYPOS = 1
"""A word that was split or joined to be found counts as one typo: a missing or extra space is one keystroke."""

TYPO_RELEVANCE = 0.25
"""What each typo takes from a matched word in a virtual replica's relevance: four of them are as bad as no match."""

TYPO_FACTOR = 0.85
"""What is left of keywordScore after each typo: a corrected word is weaker evidence, not none."""

ATTRIBUTE_FACTOR = 0.9
"""What is left of keywordScore for each step down the searchable attributes: a title says more than a description."""

AGREEING = (0.0, 0.34, 0.5)
"""How near in meaning a correction of no, one or two typos must be to the word as typed. The models read letters where
they do not know a word: of thirty typing mistakes each was at 0.36 or more, "lsat" and "last" are at 0.23; two typos
mostly make another word."""

CORRECTIONS_TRIED = 3
"""How many of the nearest words of the index are asked for: each costs some milliseconds."""

EMPHASIS = 3
"""The power keywordScore is raised to: a full match says far more than half a match."""

KEYWORD_WEIGHT = 0.15
"""Of keywordScore in neuralScore; the rest is semanticScore."""

NAME_TYPO_FACTOR = 0.4
"""The same where the whole query is names that the index has: one letter away from "lsat" is another test."""

OPTIONAL_SHARE = 0.1
"""What a word that the search calls optional counts of its weight in keywordScore: it may be missed at little cost."""

NAME_LETTERS = 6
"""A word of at most so many letters that the models have not met is a name or an acronym ("gmat", "ccna")."""

ROMAN = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiv", "xv", "xvi"})
"""Numbers of parts, wars and kings, which count as names; not I, V and X, which are words and letters."""

NAME_FACTOR = 3.0
"""How much more such a name weighs beside the other words of a query: records without it are about another thing."""

NAME_WEIGHT = 0.5
"""Of keywordScore in neuralScore where the whole query is such names: of those the meaning knows the letters only."""

CANDIDATES = 1000
"""Records that the meaning alone may add to a search: as many as a search can page through by default."""

FLOOR = 0.10
"""The least semanticScore of such a record: below stand only unrelated texts."""

NEAR = 0.22
"""Where no record of the index has the words, the best semanticScore that is an answer: nonsense stays below 0.21."""

MULTILINGUAL_SHARE = 0.7 / 1.7
"""Of the cosine for the multilingual model; the rest is the English one's (nDCG@10: 0.79 and 0.83, together 0.88)."""
