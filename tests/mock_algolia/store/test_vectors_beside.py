"""A large index gets its vectors beside its writers: writes and searches go on, and nothing made is lost."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from services.mock_algolia.engine.index import CHUNK, INLINE, Index
from services.mock_algolia.engine.semantic.vectors import Vectors
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.store.loading import FreshEngine
from services.mock_algolia.views.tasks import task_status

SETTINGS = {"mode": "neuralSearch", "searchableAttributes": ["title"]}
MANY = INLINE + 2 * CHUNK
QUESTION = {"query": "course 7", "getRankingInfo": True}


class SlowModel:
    """An embedder that makes no vectors of records until it may."""

    name = "slow"
    width = 8

    def __init__(self, may_work: bool) -> None:
        self.may_work = threading.Event()
        self.embedded = 0
        if may_work:
            self.may_work.set()

    def knows(self, word: str) -> bool:
        return True

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > 1:  # one is a question, or settings tried on one record
            if not self.may_work.wait(60):
                raise TimeoutError
            self.embedded += len(texts)
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.width) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


def records(begin: int, end: int) -> list[dict[str, str]]:
    return [{"objectID": str(at), "title": f"course {at}"} for at in range(begin, end)]


def adding(begin: int, end: int) -> Callable[[Transaction], None]:
    def operation(transaction: Transaction) -> None:
        if "i" not in transaction.catalog:
            transaction.set_settings("i", SETTINGS)
        transaction.put("i", {one["objectID"]: one for one in records(begin, end)}, [])

    return operation


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def scores(index: Index) -> list[object]:
    return [hit["_rankingInfo"].get("semanticScore") for hit in index.search(QUESTION, index_name="i")["hits"]]


def test_writes_and_searches_go_on_while_vectors_are_made() -> None:
    model = SlowModel(may_work=False)
    index = Index(SETTINGS, embedder=model)

    index.apply(records(0, MANY))

    assert index.preparing
    assert set(scores(index)) == {None}
    index.apply([], ["0"])
    assert index.count == MANY - 1
    model.may_work.set()
    until(lambda: not index.preparing)
    assert None not in scores(index)
    assert len(index.vectors()) == MANY


def test_a_question_for_meaning_does_not_wait_for_a_large_index() -> None:
    model = SlowModel(may_work=False)
    index = Index({**SETTINGS, "mode": "keywordSearch"}, embedder=model)
    index.apply(records(0, MANY))

    found = index.search({**QUESTION, "mode": "neuralSearch"}, index_name="i")

    assert found["hits"][0]["objectID"] == "7"
    assert "semanticScore" not in found["hits"][0]["_rankingInfo"]
    model.may_work.set()
    index.close()


def test_an_index_that_nobody_holds_is_not_embedded_to_its_end() -> None:
    model = SlowModel(may_work=False)
    index = Index(SETTINGS, embedder=model)
    index.apply(records(0, 20 * CHUNK))
    del index
    names = lambda: [thread.name for thread in threading.enumerate()]  # noqa: E731 - asked again and again

    model.may_work.set()

    until(lambda: "mock-algolia-vectors" not in names())
    assert model.embedded < 20 * CHUNK


def test_the_task_that_needs_vectors_is_published_with_them_and_no_other_waits() -> None:
    model = SlowModel(may_work=False)
    store = Store(None, FreshEngine(model))

    _, large, _ = store.write(adding(0, MANY))
    _, other, _ = store.write(lambda transaction: transaction.set_settings("other", {}))

    assert task_status(store, str(large)) == {"status": "notPublished", "pendingTask": True}
    assert task_status(store, str(other)) == {"status": "published", "pendingTask": False}
    model.may_work.set()
    until(lambda: task_status(store, str(large))["status"] == "published")
    assert None not in scores(store.catalog["i"].engine)
    store.close()


def test_a_deleted_index_is_let_go_and_its_task_is_done() -> None:
    model = SlowModel(may_work=False)
    store = Store(None, FreshEngine(model))
    _, large, _ = store.write(adding(0, 20 * CHUNK))

    store.write(lambda transaction: transaction.delete_index("i"))

    assert task_status(store, str(large))["status"] == "published"
    model.may_work.set()
    until(lambda: "mock-algolia-vectors" not in [thread.name for thread in threading.enumerate()])
    assert model.embedded < 20 * CHUNK
    store.close()


@pytest.mark.parametrize("ended", [True, False], ids=["finished", "stopped-midway"])
def test_what_was_made_is_kept_when_the_folder_is_closed(tmp_path: Path, ended: bool) -> None:
    model = SlowModel(may_work=True)
    store = Store(tmp_path, FreshEngine(model))
    store.write(adding(0, MANY))
    until(lambda: model.embedded >= (MANY if ended else CHUNK))
    store.close()
    made = model.embedded

    again = SlowModel(may_work=True)
    reopened = Store(tmp_path, FreshEngine(again))
    until(lambda: not reopened.catalog["i"].engine.preparing)
    vectors = len(reopened.catalog["i"].engine.vectors())
    reopened.close()

    assert vectors == MANY
    assert made + again.embedded == MANY
