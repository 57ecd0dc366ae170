"""How many records have a word is told by what is there, not by what was there, nor by how it came."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine.corpus.corpus import Corpus
from services.mock_algolia.engine.parameters.settings import Settings

WORDS = ("see", "how", "machines")
TEXT = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
NAMES = st.sampled_from("abcd")
WRITE = st.tuples(st.dictionaries(NAMES, TEXT, max_size=3), st.sets(NAMES, max_size=2), st.booleans())


@settings(deadline=None)  # the first example reads the compiled loops
@given(writes=st.lists(WRITE, max_size=5), asked=st.sets(st.sampled_from(WORDS), min_size=1))
def test_counts_what_is_there(writes: list[tuple[dict[str, str], set[str], bool]], asked: set[str]) -> None:
    corpus = Corpus(Settings({"searchableAttributes": ["text"]}))
    there: dict[str, str] = {}
    for upserts, deletes, caught_up in writes:
        corpus.apply([{"objectID": one, "text": text} for one, text in upserts.items()], sorted(deletes))
        there = {one: text for one, text in there.items() if one not in deletes} | upserts
        if caught_up:
            corpus.index_postings()
    snapshot = corpus.snapshot()
    terms = [number for word in asked if (number := snapshot.dictionary.find(word)) >= 0]
    wanted = sum(word in text.split() for word in asked for text in there.values())
    assert snapshot.records_with(np.array(terms * 2, np.int32)) == wanted
