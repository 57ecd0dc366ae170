"""A text is embedded once in a process, and its vector stands in memory once: in the index that has its record."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from services.mock_algolia.engine import Index
from services.mock_algolia.engine.semantic.vectors import Vectors, VectorStore

SETTINGS = {"mode": "neuralSearch", "searchableAttributes": ["title"]}
RECORDS = [{"objectID": f"id of {title}", "title": title} for title in ("Bees", "Roses", "Law")]


class Watched:
    """An embedder that remembers what it was asked, and lets it be seen whether what it made is still there."""

    name = "watched"
    width = 4

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.made: list[weakref.ref[Any]] = []

    def knows(self, word: str) -> bool:
        return True

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        rows = np.full((len(texts), self.width), 0.5, np.float32)
        self.made.append(weakref.ref(rows))
        return rows

    @property
    def still_there(self) -> int:
        gc.collect()
        return sum(one() is not None for one in self.made)


def test_stands_in_memory_once_when_an_index_holds_it() -> None:
    model = Watched()
    index = Index(SETTINGS, embedder=model)
    index.apply(RECORDS)

    assert model.still_there == 0
    assert len(index.vectors()) == len(RECORDS)


def test_is_found_in_whichever_index_holds_it() -> None:
    model = Watched()
    first, second = (Index(SETTINGS, embedder=model) for _ in range(2))
    first.apply(RECORDS)
    second.apply([{"objectID": "1", "title": "Roses"}, {"objectID": "2", "title": "Wine"}])
    first.apply([{"objectID": "again", "title": "Wine"}], deletes=["id of Bees"])
    assert (VectorStore(model).rows(["Bees", "Wine"]) == 0.5).all()  # though the record of bees is gone
    first.reconfigure({**SETTINGS, "separatorsToIndex": "+"}, [], [])  # reads every record anew

    assert sorted(model.texts) == ["Bees", "Law", "Roses", "Wine"]
    assert (np.array([*first.vectors().values()]) == 0.5).all()


def test_goes_with_the_last_index_that_held_it() -> None:
    model = Watched()
    index = Index(SETTINGS, embedder=model)
    index.apply(RECORDS)
    del index
    gc.collect()

    assert VectorStore(model).known_rows(["Bees"])[1] == [0]


def test_waits_for_the_index_that_will_hold_it() -> None:
    model = Watched()
    VectorStore(model).rows(["Bees"])
    assert model.still_there == 1
    Index(SETTINGS, embedder=model).apply(RECORDS)

    assert sorted(model.texts) == ["Bees", "Law", "Roses"]
