"""The store: durable, then visible, in order."""

from __future__ import annotations

import threading
import time

from services.mock_algolia.store import Store
from services.mock_algolia.store.loading import FreshEngine


def test_what_readers_see_late_is_acknowledged_before_and_published_after() -> None:
    store = Store(None, FreshEngine(), patience=0.01)
    go_on = threading.Event()

    _, task, _ = store.write(lambda transaction: transaction.after_commit(lambda: go_on.wait(30) and None))

    assert store.last_task == task
    assert store.published_task == task - 1
    go_on.set()
    deadline = time.monotonic() + 30
    while store.published_task < task and time.monotonic() < deadline:
        time.sleep(0.005)
    assert store.published_task == task
    store.close()
