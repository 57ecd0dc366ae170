"""Make an index's missing vectors beside its writers: a large index takes minutes, and no write waits for that."""

from __future__ import annotations

import logging
from threading import Thread
from typing import Protocol
from weakref import ReferenceType, ref

log = logging.getLogger("mock_algolia.vectors")


class Fillable(Protocol):
    """An index that can make its missing vectors bit by bit."""

    def fill_some(self) -> bool:
        """Make some; False when there is nothing left to do."""


def fill_beside(index: Fillable) -> Thread:
    """Start a thread that makes the missing vectors of `index`, and gives up when nobody holds the index any more."""
    thread = Thread(target=_fill, args=(ref(index),), name="mock-algolia-vectors", daemon=True)
    thread.start()
    return thread


def _fill(reference: ReferenceType[Fillable]) -> None:
    try:
        while (index := reference()) is not None and index.fill_some():
            del index
    except Exception:
        log.exception("vectors_failed")  # searches go on by keywords
