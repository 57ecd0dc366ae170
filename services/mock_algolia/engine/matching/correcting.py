"""Typing mistakes in a neural search: a word that the index lacks is one of them only where something speaks for it.

By its letters alone "perceptual" is as near to another word as "machne" is to "machine". So a word that the models know
is never mended; of others the nearest word of the index has to be near in meaning too, the more so the more it differs.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.query.expansion import budget
from services.mock_algolia.engine.query.parsing import Query
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.semantic.vectors import Embedder
from services.mock_algolia.engine.weights import AGREEING, CORRECTIONS_TRIED

_remembered: OrderedDict[tuple[str, str, str], float] = OrderedDict()
_lock = Lock()


def corrected(reader: Reader, query: Query, request: SearchRequest, embedder: Embedder) -> list[str]:
    """Give the words of a query, each that is a typing mistake as what was meant."""
    return [_meant(reader, word.text, budget(word.text, request), embedder) for word in query.words]


def _meant(reader: Reader, word: str, allowed: int, embedder: Embedder) -> str:
    dictionary = reader.snapshot.dictionary
    if not allowed or dictionary.find(word) >= 0 or embedder.knows(word):
        return word
    found = dictionary.expand(word, allowed, False)
    candidates = [
        (typos, -reader.snapshot.records_with(np.array([number])), dictionary.word(number))
        for number, typos in zip(found.terms.tolist(), found.typos.tolist(), strict=True)
        if typos <= allowed
    ]
    for typos, _, other in sorted(candidates)[:CORRECTIONS_TRIED]:
        if _agreement(embedder, word, other) >= AGREEING[typos]:
            return other
    return word


def _agreement(embedder: Embedder, word: str, other: str) -> float:
    key = (embedder.name, word, other)
    with _lock:
        known = _remembered.get(key)
    if known is None:
        one, two = embedder.embed([word, other])
        known = float(one @ two)
        with _lock:
            _remembered[key] = known
            while len(_remembered) > 4096:
                _remembered.popitem(last=False)
    return known
