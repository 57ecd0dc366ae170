"""From a parsed query to the records that match it, scored on every criterion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Ints, Longs
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.kernels.layout import (
    BEST_ATTRIBUTE,
    EXACT_ATTRIBUTE,
    EXACT_NONE,
    EXACT_WORD,
    NEAREST_ATTRIBUTE,
    NO_EXACT,
    NO_PREFIX,
    NO_TYPO,
    SEARCHED,
    SUMMED_ATTRIBUTES,
)
from services.mock_algolia.engine.kernels.newest import link, score_newest
from services.mock_algolia.engine.kernels.one_word import score_one_word
from services.mock_algolia.engine.kernels.several_words import score_several_words
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.expansion import Plan, make_plan
from services.mock_algolia.engine.query.parsing import Query
from services.mock_algolia.engine.query.search_request import SearchRequest

_EXACT_MODES = {"attribute": EXACT_ATTRIBUTE, "word": EXACT_WORD, "none": EXACT_NONE}
_ATTRIBUTE_MODES = {"best": BEST_ATTRIBUTE, "minProximity": NEAREST_ATTRIBUTE, "sum": SUMMED_ATTRIBUTES}


@dataclass(frozen=True)
class Links:
    """The entries of each term: `first[term]`, then `chain[entry]`, -1 ends."""

    first: Ints
    chain: Ints


@dataclass(frozen=True)
class Scored:
    """The matching slots, what each criterion says of them, and the query words each matched (a mask)."""

    slots: Ints
    typos: Ints
    words: Ints
    proximity: Ints
    attribute: Ints
    exact: Ints
    masks: Longs
    plan: Plan
    links: Links

    def take(self, chosen: Bools) -> Scored:
        """Keep the chosen ones."""
        return Scored(
            self.slots[chosen], self.typos[chosen], self.words[chosen], self.proximity[chosen],
            self.attribute[chosen], self.exact[chosen], self.masks[chosen], self.plan, self.links,
        )  # fmt: skip


def attribute_table(settings: Settings, request: SearchRequest, attributes: tuple[str, ...]) -> Ints:
    """Make a row for each attribute number (see `kernels.layout`), under a search's restrictions."""
    out: list[tuple[int, int, int]] = []
    restricted = request.restricted_to
    switches = [
        (NO_TYPO, request.no_typos_on), (NO_PREFIX, request.no_prefixes_on), (NO_EXACT, request.no_exactness_on),
    ]  # fmt: skip
    ordered = {found.path: found for found in settings.searchable}
    for path in attributes:
        searchable = ordered.get(path)
        bits = 0
        first = 1000 * searchable.rank if searchable else 0
        positions = 0xFFFFF if searchable is None or searchable.ordered else 0
        if not restricted or any(path == one or path.startswith(f"{one}.") for one in restricted):
            bits |= SEARCHED
        for bit, names in switches:
            if path in names:
                bits |= bit
        out.append((first, positions, bits))
    return np.array(out or [(0, 0, 0)], np.int32)


def match(reader: Reader, query: Query, request: SearchRequest, allowed: Bools) -> Scored:
    """Match and score every allowed record against a query of at least one word (or exclusion)."""
    return run(reader, make_plan(query, request, reader), request, allowed)


def run(reader: Reader, plan: Plan, request: SearchRequest, allowed: Bools) -> Scored:
    """Find and score the records of a plan."""
    snapshot = reader.snapshot
    mode = EXACT_WORD
    if plan.words == 1:
        mode = _EXACT_MODES[request.exact_on_single_word]
        if mode == EXACT_WORD and not plan.counts_alone:
            mode = EXACT_NONE
    how = np.array(
        [
            plan.words, plan.required, plan.words == 0, request.min_proximity, mode,
            _ATTRIBUTE_MODES[request.attribute_computed_by],
        ],
        np.int64,
    )  # fmt: skip
    first = np.full(snapshot.dictionary.size + 1, -1, np.int32)
    chain = np.empty(len(plan.entries), np.int32)
    link(plan.entries, first, chain)
    tokens = (snapshot.starts, snapshot.terms, snapshot.infos)
    runs = (plan.run_starts, plan.run_terms)
    attributes = attribute_table(reader.settings, request, snapshot.attributes)
    base = snapshot.postings.base
    spare = len(allowed) - base
    if base:
        score = score_one_word if plan.words == 1 else score_several_words
        rows, masks, kept = score(
            snapshot.postings.arrays, tokens, runs, base, spare, allowed, plan.entries, attributes, how
        )
    else:
        rows, masks, kept = np.empty((6, spare), np.int32), np.empty(spare, np.int64), 0
    if spare:
        kept = score_newest(
            tokens, runs, base, allowed, plan.entries, attributes, how, first, chain, rows, masks, kept
        )  # fmt: skip
    slots, typos, words, proximity, attribute, exact = rows[:, :kept]
    return Scored(slots, typos, words, proximity, attribute, exact, masks[:kept], plan, Links(first, chain))
