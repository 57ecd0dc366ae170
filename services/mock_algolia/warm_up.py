"""`python -m services.mock_algolia.warm_up`: have every loop of a search compiled before anybody waits for it.

Numba compiles a loop at its first call: ten seconds of CPU on a new machine, and half a second to read what was kept
from an earlier start. A search that comes first would wait for it, longer than its caller does.
"""

from __future__ import annotations

from typing import Any

from services.mock_algolia.engine.index import SMALL, TAIL, Index

SETTINGS: dict[str, Any] = {"searchableAttributes": ["title", "text"], "attributesForFaceting": ["kind"]}
RECORDS = [
    {
        "objectID": str(number),
        "title": f"Word {number} of many",
        "text": "some more words",
        "kind": f"kind {number % 3}",
    }
    for number in range(2 * max(SMALL, TAIL))
]
SEARCHES: tuple[dict[str, Any], ...] = (
    {"query": "word", "facets": ["*"]},
    {"query": "wrod of mani", "filters": "kind:0 OR kind:1", "facets": ["kind"]},
    {"query": "", "filters": "kind:0", "facets": ["*"]},
)


def warm_up() -> None:
    """Search a small index of invented records: among the postings, and among records newer than they are."""
    index = Index(SETTINGS)
    try:
        index.apply(RECORDS[:-1])
        _search(index)
        index.apply(RECORDS[-1:])
        _search(index)
    finally:
        index.close()


def _search(index: Index) -> None:
    for search in SEARCHES:
        index.search(search, index_name="warm_up")


if __name__ == "__main__":
    warm_up()
