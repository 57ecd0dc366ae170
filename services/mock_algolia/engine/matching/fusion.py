"""Fusing the keyword and the semantic leg of a neural search into one order.

semanticScore: cosine of query and record. keywordScore: how much of the query's meaning-bearing weight (inverse
document frequency) the record's words match, less for typos and for weaker attributes. neuralScore: their weighted
sum. Both legs see only records that pass the filters. The weights stand in `engine.weights`.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats, Longs
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.kernels.layout import EXACT, FORBIDDEN, RUN, SPAN
from services.mock_algolia.engine.matching.correcting import corrected
from services.mock_algolia.engine.matching.matches import Matches
from services.mock_algolia.engine.matching.scoring import Scored, match
from services.mock_algolia.engine.query.parsing import Query, QueryWord
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.semantic.vectors import Embedder, Vectors, query_variants
from services.mock_algolia.engine.weights import (
    ATTRIBUTE_FACTOR,
    CANDIDATES,
    EMPHASIS,
    FLOOR,
    KEYWORD_WEIGHT,
    NAME_FACTOR,
    NAME_LETTERS,
    NAME_TYPO_FACTOR,
    NAME_WEIGHT,
    NEAR,
    OPTIONAL_SHARE,
    ROMAN,
    TYPO_FACTOR,
)

_remembered: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Fusion:
    """The three scores of each match."""

    keyword: Floats
    semantic: Floats
    neural: Floats

    def take(self, chosen: Longs) -> Fusion:
        """Keep the chosen ones."""
        return Fusion(self.keyword[chosen], self.semantic[chosen], self.neural[chosen])


def fuse(
    request: SearchRequest, reader: Reader, query: Query, scored: Scored | None, by_keyword: Matches, allowed: Bools
) -> tuple[Matches, Fusion]:
    """Unite both legs with their scores; a keyword match keeps its criteria, others have none."""
    assert reader.embedder is not None  # noqa: S101 - the caller looked
    meant = corrected(reader, query, request, reader.embedder)
    similarity = _similarity(request, reader, query, meant)
    close = np.nonzero(allowed & (similarity >= FLOOR))[0]
    if not len(by_keyword.slots) and not _answerable(request, reader, query, similarity):
        close = close[:0]
    if len(close) > CANDIDATES:
        edge = np.partition(similarity[close], len(close) - CANDIDATES)[len(close) - CANDIDATES]
        close = close[similarity[close] >= edge]
    fresh = close[~np.isin(close, by_keyword.slots)]
    zeros = np.zeros(len(fresh), np.int64)
    matches = Matches(
        np.concatenate([by_keyword.slots, fresh]),
        np.concatenate([by_keyword.typos, zeros]),
        np.concatenate([by_keyword.words, zeros]),
        np.concatenate([by_keyword.proximity, zeros]),
        np.concatenate([by_keyword.attribute, zeros]),
        np.concatenate([by_keyword.exact, zeros]),
        None,
        None,
    )
    weights, names = _weights(request, reader, query, scored)
    credible = _credible(reader, query, meant, scored)
    keyword = np.concatenate([_keyword_scores(reader, weights, credible, names, scored), np.zeros(len(fresh))])
    semantic = similarity[matches.slots]
    share = KEYWORD_WEIGHT + (NAME_WEIGHT - KEYWORD_WEIGHT) * names
    return matches, Fusion(keyword, semantic, (1 - share) * semantic + share * keyword)


def _answerable(request: SearchRequest, reader: Reader, query: Query, similarity: Floats) -> bool:
    """Tell whether the index has anything to say to a query, whatever the filters leave of it: a word, or a meaning.

    Asked of all records: a filter that takes away those with the words, or the nearest ones, makes a query no nonsense.
    """
    alive = reader.snapshot.alive
    return bool((similarity[alive] >= NEAR).any()) or len(match(reader, query, request, alive).slots) > 0


def _similarity(request: SearchRequest, reader: Reader, query: Query, meant: Sequence[str]) -> Floats:
    """Compare the query with every record, 0 to 1."""

    embedder = reader.embedder
    assert embedder is not None  # noqa: S101 - the caller looked

    def alternatives(run: Sequence[str]) -> list[tuple[str, ...]]:
        found = [one for one in reader.synonyms.of(run) if not one.words[0].startswith("<")]
        same = [one.words for one in found if one.typos == 0]
        # What stands for a word at the cost of typos says what it means only where no record has the word itself.
        unheard = any(reader.snapshot.dictionary.find(word) < 0 for word in run)
        return same or [one.words for one in found if unheard][:1]

    def unread(word: str) -> bool:
        cost = [one.typos for one in reader.synonyms.of([word])]
        return bool(cost) and min(cost) > 0 and reader.snapshot.dictionary.find(word) < 0 and not embedder.knows(word)

    texts = query_variants([word.text for word in query.words], meant, alternatives)
    texts[0] = request.query.strip() or texts[0]
    if len(texts) > 1 and any(unread(word) for word in meant):
        del texts[0]  # by the letters alone of a word it would mean something else
    vectors = reader.snapshot.vectors
    assert vectors is not None  # noqa: S101 - the index embeds before a neural search
    cosines = vectors[: reader.slots] @ _vector(embedder, texts)
    return np.asarray(np.clip(cosines, 0.0, 1.0), np.float64)


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


def _weights(request: SearchRequest, reader: Reader, query: Query, scored: Scored | None) -> tuple[Floats, float]:
    """Weigh each query word, and tell the share of names in it, 0 to 1.

    A word weighs its inverse document frequency, from its entries without typos; less where the search calls it
    optional, more where it is a name that the models have not met.
    """
    out = np.zeros(len(query.words), np.float64)
    if scored is None or not len(scored.slots):
        return out, 0.0
    assert reader.embedder is not None  # noqa: S101 - the caller looked
    total = max(reader.snapshot.count, 1)
    plan = scored.plan
    tokenizer = reader.settings.tokenizer
    optional = {word for entry in request.optional_words for word in tokenizer.words(entry)}
    if all(word.text in optional for word in query.words):
        optional = set()
    names = np.zeros(len(out), np.bool_)
    for at, word in enumerate(query.words):
        chosen = (plan.word == at) & (plan.typos == 0) & (plan.flags & FORBIDDEN == 0)
        frequency = min(float(reader.snapshot.records_with(plan.terms[chosen])), total)
        out[at] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        held = reader.snapshot.records_with(plan.terms[chosen & (plan.flags & EXACT != 0)]) > 0
        names[at] = held and _is_name(word, reader.embedder)
        out[at] *= (OPTIONAL_SHARE if word.text in optional else 1.0) * (NAME_FACTOR if names[at] else 1.0)
    return out, float(out[names].sum() / max(float(out.sum()), 1e-9))


def _is_name(word: QueryWord, embedder: Embedder) -> bool:
    """Tell a name, an acronym or a number: what tells it from its siblings ("gmat", "calculus 2") is letters alone.

    A number is one beside the other words only: where no record has them all, a 3 may be of anything.
    """
    if word.text.isdigit() or word.text in ROMAN:
        return not word.optional
    return len(word.text) <= NAME_LETTERS and not embedder.knows(word.text)


def _credible(reader: Reader, query: Query, meant: Sequence[str], scored: Scored | None) -> Bools:
    """Tell of each query word whether a match of it counts: not where it is a correction that nothing speaks for."""
    out = np.ones(len(query.words), np.bool_)
    if scored is None:
        return out
    plan = scored.plan
    span = plan.entries[:, SPAN]
    # A word that was split or joined to be found stands there letter by letter.
    as_typed = ((plan.typos == 0) | (plan.entries[:, RUN] >= 0) | (span > 1)) & (plan.flags & FORBIDDEN == 0)
    for at, word in enumerate(query.words):
        if meant[at] == word.text and word.place < 0 and not reader.synonyms.of([word.text]):
            out[at] = (as_typed & (plan.word <= at) & (at < plan.word + span)).any()
    return out


def _keyword_scores(reader: Reader, weights: Floats, credible: Bools, names: float, scored: Scored | None) -> Floats:
    """Give the keywordScore of each keyword match, between 0 and 1."""
    if scored is None or not len(scored.slots):
        return np.zeros(0, np.float64)
    masks = scored.masks
    got = np.zeros(len(masks), np.float64)
    for at, weight in enumerate(weights * credible):
        got += weight * ((masks >> at) & 1)
    got /= max(float(weights.sum()), 1e-9)
    ranks = scored.attribute // 1000 if reader.settings.searchable else np.zeros(len(masks), np.int64)
    typo = TYPO_FACTOR + (NAME_TYPO_FACTOR - TYPO_FACTOR) * names
    return np.asarray((got * typo**scored.typos * ATTRIBUTE_FACTOR**ranks) ** EMPHASIS)
