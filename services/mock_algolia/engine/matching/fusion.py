"""Fusing the keyword and the semantic leg of a neural search into one order.

semanticScore: cosine of query and record. keywordScore: how much of the query's meaning-bearing weight (inverse
document frequency) the record's words match, less for typos and for weaker attributes. neuralScore: their weighted
sum. Both legs see only records that pass the filters.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.kernels.layout import FORBIDDEN
from services.mock_algolia.engine.matching.matches import Matches
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.expansion import budget
from services.mock_algolia.engine.semantic.vectors import (
    CANDIDATES,
    FLOOR,
    KEYWORD_WEIGHT,
    NEAR,
    Embedder,
    Vectors,
    query_variants,
)

if TYPE_CHECKING:
    from services.mock_algolia.engine.matching.selection import Selection

TYPO_FACTOR = 0.85  # what is left of keywordScore after each typo
ATTRIBUTE_FACTOR = 0.9  # and for each step down the searchable attributes
EMPHASIS = 3  # a full match says far more than half a match (measured on the fixtures' judged queries)
_remembered: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Fusion:
    """The three scores of each match."""

    keyword: Floats
    semantic: Floats
    neural: Floats


def _vector(embedder: Embedder, texts: list[str]) -> Vectors:
    key = (embedder.name, "\0".join(texts))
    with _lock:
        known = _remembered.get(key)
    if known is None:
        rows = embedder.embed(texts)
        total = rows.sum(axis=0)
        known = total / max(float(np.linalg.norm(total)), 1e-9)
        with _lock:
            _remembered[key] = known
            while len(_remembered) > 512:
                _remembered.popitem(last=False)
    return known


def _corrected(reader: Reader, selection: Selection, params: Mapping[str, Any]) -> list[str]:
    dictionary, postings = reader.snapshot.dictionary, reader.snapshot.postings
    out: list[str] = []
    for word in selection.query.words:
        best, text = 0, word.text
        allowed = budget(word.text, params, reader.settings)
        if dictionary.find(word.text) < 0 and allowed:
            found = dictionary.expand(word.text, allowed, False)
            for number, typos in sorted(
                zip(found.terms.tolist(), found.typos.tolist(), strict=True), key=lambda one: one[1]
            ):
                if typos > 1 and best:
                    break
                frequency = postings.records_with(np.array([number])) + 1
                if typos <= allowed and frequency > best:
                    best, text = frequency, dictionary.word(number)
        out.append(text)
    return out


def _weights(reader: Reader, selection: Selection) -> Floats:
    """The inverse document frequency of each query word, from its entries without typos."""
    total = max(reader.snapshot.count, 1)
    plan = selection.scored.plan if selection.scored else None
    out = np.full(len(selection.query.words), math.log(1 + total), np.float64)
    if plan is None:
        return out
    for at in range(len(out)):
        chosen = (plan.word == at) & (plan.typos == 0) & (plan.flags & FORBIDDEN == 0)
        frequency = min(float(reader.snapshot.postings.records_with(plan.terms[chosen])), total)
        out[at] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
    return out


def keyword_scores(reader: Reader, selection: Selection) -> Floats:
    """keywordScore of each keyword match, between 0 and 1."""
    scored = selection.scored
    if scored is None or not len(scored.slots):
        return np.zeros(0, np.float64)
    weights = _weights(reader, selection)
    masks = scored.masks
    got = np.zeros(len(masks), np.float64)
    for at, weight in enumerate(weights):
        got += weight * ((masks >> at) & 1)
    got /= max(float(weights.sum()), 1e-9)
    ranks = scored.attribute // 1000 if reader.settings.searchable else np.zeros(len(masks), np.int64)
    return np.asarray((got * TYPO_FACTOR**scored.typos * ATTRIBUTE_FACTOR**ranks) ** EMPHASIS)


def fuse(
    reader: Reader,
    selection: Selection,
    allowed: Bools,
    embedder: Embedder,
    synonyms: Synonyms,
    params: Mapping[str, Any],
) -> tuple[Matches, Fusion]:
    """The union of both legs with its scores; a keyword match keeps its criteria, others have none."""
    words = [word.text for word in selection.query.words]

    def alternatives(run: Any) -> list[tuple[str, ...]]:
        return [found.words for found in synonyms.of(run) if found.typos == 0 and not found.words[0].startswith("<")]

    texts = query_variants(words, _corrected(reader, selection, params), alternatives)
    original = str(params.get("query") or "").strip()
    texts[0] = original or texts[0]
    vectors = reader.snapshot.vectors
    assert vectors is not None  # noqa: S101 - the index embeds before a neural search
    similarity = np.clip(vectors[: reader.slots] @ _vector(embedder, texts), 0.0, 1.0).astype(np.float64)
    close = np.nonzero(allowed & (similarity >= FLOOR))[0]
    if not len(selection.matches.slots) and len(close) and similarity[close].max() < NEAR:
        close = close[:0]
    if len(close) > CANDIDATES:
        edge = np.partition(similarity[close], len(close) - CANDIDATES)[len(close) - CANDIDATES]
        close = close[similarity[close] >= edge]
    by_keyword = selection.matches
    scored_keywords = keyword_scores(reader, selection)
    fresh = close[~np.isin(close, by_keyword.slots)]
    slots = np.concatenate([by_keyword.slots, fresh])
    zeros = np.zeros(len(fresh), np.int64)
    keyword = np.concatenate([scored_keywords, np.zeros(len(fresh))])
    semantic = similarity[slots]
    matches = Matches(
        slots,
        np.concatenate([by_keyword.typos, zeros]),
        np.concatenate([by_keyword.words, zeros]),
        np.concatenate([by_keyword.proximity, zeros]),
        np.concatenate([by_keyword.attribute, zeros]),
        np.concatenate([by_keyword.exact, zeros]),
        None,
        None,
    )
    neural = (1 - KEYWORD_WEIGHT) * semantic + KEYWORD_WEIGHT * keyword
    return matches, Fusion(keyword, semantic, neural)
