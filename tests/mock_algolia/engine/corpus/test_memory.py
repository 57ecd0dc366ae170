"""What an index keeps of a record is about as large as the record."""

from __future__ import annotations

import tracemalloc

from services.mock_algolia.engine.values import packed


def test_kept_json_takes_no_more_memory_than_it_is_long() -> None:
    record = {"title": "a" * 3_000}
    tracemalloc.start()
    kept = [packed(record) for _ in range(200)]
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 1.2 * sum(map(len, kept))
