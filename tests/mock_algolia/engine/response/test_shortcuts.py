"""The engine's short ways give what its long ways give: marking ASCII texts, scoring long records, postings."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mock_algolia.engine import Index
from services.mock_algolia.engine.corpus.postings import Postings
from services.mock_algolia.engine.language.tokenizer import Tokenizer
from services.mock_algolia.engine.response.ascii_marker import Mark
from services.mock_algolia.engine.response.highlight import Marker

WORDS = ("data", "dat", "science", "a", "42")
LETTERS = {"dat": 2, "science": 5}
texts = st.text("datscien A42.,-_!", max_size=40)


def marks(word: str) -> tuple[Mark | None, tuple[Any, ...]]:
    return (Mark((word,), LETTERS.get(word, 0)) if word in WORDS else None), ()


@given(text=texts, query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
def test_marks_an_ascii_text_as_it_marks_any_other(text: str, query: list[str]) -> None:
    marker = Marker(marks, tuple(query), Tokenizer())
    assert marker.ascii.leaf(text, WORDS) == marker.highlight(text)


@pytest.mark.parametrize("covered", [True, False], ids=["through the postings", "among the newest"])
def test_finds_the_nearest_of_hundreds_of_occurrences(covered: bool) -> None:
    chance = random.Random(3)  # noqa: S311 - invented data
    records = [
        {"objectID": str(at), "text": " ".join(chance.choices(["alpha", "omega", "other"], [1, 1, 60], k=900))}
        for at in range(20)
    ]
    index = Index({"searchableAttributes": ["text"]}, [], [])
    index.apply(records)
    if covered:
        index.dump()  # brings the postings up to date
    found = index.search({"query": "alpha omega", "getRankingInfo": True}, index_name="long")
    assert found["nbHits"] == len(records)
    for hit in found["hits"]:
        words = hit["text"].split()
        alphas = [at for at, word in enumerate(words) if word == "alpha"]
        omegas = [at for at, word in enumerate(words) if word == "omega"]
        info = hit["_rankingInfo"]
        assert info["proximityDistance"] == min(8, *(abs(one - two) for one in alphas for two in omegas))
        assert info["firstMatchedWord"] == min(alphas + omegas)


def test_postings_say_in_how_many_records_a_term_stands() -> None:
    terms = np.array([0, 1, 0, 2, 1, 1], np.int32)
    starts = np.array([0, 3, 4, 6], np.int64)
    infos: Any = np.arange(6, dtype=np.uint32)
    made = Postings.of(starts, terms, infos, 3, 4)
    assert made.frequencies.tolist() == [1, 2, 1, 0]
    assert [made.slots[made.starts[term] : made.starts[term + 1]].tolist() for term in range(4)] == [
        [0, 0], [0, 2, 2], [1], [],
    ]  # fmt: skip
    assert made.records_with(np.array([1, 2, 9])) == 3


def test_finds_all_words_of_a_load_while_the_postings_catch_up() -> None:
    index = Index({"searchableAttributes": ["text"]}, [], [])
    for begin in range(0, 600, 200):
        index.apply([{"objectID": str(at), "text": f"common word{at}"} for at in range(begin, begin + 200)])
        for at in (0, begin + 199):
            assert index.search({"query": f"common word{at}"}, index_name="load")["hits"][0]["objectID"] == str(at)
        assert index.search({"query": "common"}, index_name="load")["nbHits"] == begin + 200
