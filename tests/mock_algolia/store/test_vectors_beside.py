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
        return rows_of(texts, self.width)


class QuickModel(SlowModel):
    """One that says at once roughly what it will make: for once, exactly."""

    name = "quick"

    def __init__(self, may_work: bool) -> None:
        super().__init__(may_work)
        self.approximated = 0

    def approximate(self, texts: Sequence[str]) -> Vectors:
        self.approximated += len(texts)
        return rows_of(texts, self.width)


def rows_of(texts: Sequence[str], width: int) -> Vectors:
    rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=width) for text in texts]
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


def test_a_large_index_answers_by_first_vectors_until_its_own_are_made() -> None:
    model = QuickModel(may_work=False)
    index = Index(SETTINGS, embedder=model)

    index.apply(records(0, MANY))

    until(lambda: None not in scores(index))
    assert index.preparing
    assert index.vectors() == {}
    index.apply(records(MANY, 2 * MANY))  # as many again, while the first are being made
    model.may_work.set()
    until(lambda: not index.preparing)
    assert model.approximated == 2 * MANY
    assert len(index.vectors()) == 2 * MANY


def test_records_with_first_vectors_are_ranked_beside_those_with_their_own() -> None:
    model = QuickModel(may_work=True)
    index = Index(SETTINGS, embedder=model)
    index.apply(records(0, MANY))
    until(lambda: not index.preparing)
    whole = [hit["objectID"] for hit in index.search({"query": "course 7"}, index_name="i")["hits"]]
    some = dict(list(index.vectors().items())[:CHUNK])
    waiting = QuickModel(may_work=False)
    half = Index(SETTINGS, embedder=waiting, vectors=some)

    half.apply(records(0, MANY))

    until(lambda: None not in scores(half))
    assert half.preparing
    assert [hit["objectID"] for hit in half.search({"query": "course 7"}, index_name="i")["hits"]] == whole
    waiting.may_work.set()  # its thread would wait a minute, and with it the tests that wait for all such threads


def test_first_vectors_are_kept_with_what_was_made_of_the_others() -> None:
    model = QuickModel(may_work=False)
    index = Index(SETTINGS, embedder=model)
    index.apply(records(0, MANY))
    until(lambda: None not in scores(index))
    again = QuickModel(may_work=False)

    opened = Index.load(index.dump(), SETTINGS, embedder=again)

    assert None not in scores(opened)
    assert opened.preparing
    assert (again.approximated, again.embedded) == (0, 0)
    model.may_work.set()
    again.may_work.set()
    until(lambda: not opened.preparing)
    assert len(opened.vectors()) == MANY


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
