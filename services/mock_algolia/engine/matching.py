"""From a parsed query to the records that match it, scored on every criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Ints, Longs
from services.mock_algolia.engine.kernels import (
    BEST_ATTRIBUTE,
    EXACT,
    EXACT_ATTRIBUTE,
    EXACT_NONE,
    EXACT_WORD,
    FORBIDDEN,
    NEAREST_ATTRIBUTE,
    NO_EXACT,
    NO_PREFIX,
    NO_TYPO,
    ORDERED,
    SEARCHED,
    SUMMED_ATTRIBUTES,
    candidates,
    link,
    scan,
)
from services.mock_algolia.engine.languages import Dictionaries
from services.mock_algolia.engine.plan import Plan, make_plan
from services.mock_algolia.engine.query import Query
from services.mock_algolia.engine.reader import Reader
from services.mock_algolia.engine.settings import Settings
from services.mock_algolia.engine.synonyms import Synonyms

_EXACT_MODES = {"attribute": EXACT_ATTRIBUTE, "word": EXACT_WORD, "none": EXACT_NONE}


@dataclass(frozen=True)
class Links:
    """The entries of each term: `first[term]`, then `chain[entry]`, -1 ends."""

    first: Ints
    chain: Ints


@dataclass(frozen=True)
class Scored:
    """Matching slots with typos, words, proximity, attribute and exact, and the query words each matched (a mask)."""

    rows: Longs
    plan: Plan
    links: Links

    @property
    def slots(self) -> Longs:
        """The matching slots."""
        return self.rows[:, 0]


def attribute_tables(settings: Settings, params: Mapping[str, Any], attributes: tuple[str, ...]) -> tuple[Ints, Ints]:
    """(rank, flags) per attribute number, under a search's restrictions."""
    size = max(len(attributes), 1)
    ranks = np.zeros(size, np.int32)
    flags = np.zeros(size, np.int32)
    restricted = params.get("restrictSearchableAttributes")
    switches = [
        (NO_TYPO, params.get("disableTypoToleranceOnAttributes", settings["disableTypoToleranceOnAttributes"])),
        (NO_PREFIX, settings["disablePrefixOnAttributes"]),
        (NO_EXACT, params.get("disableExactOnAttributes", settings["disableExactOnAttributes"])),
    ]
    ordered = {found.path: found for found in settings.searchable}
    for at, path in enumerate(attributes):
        searchable = ordered.get(path)
        ranks[at] = searchable.rank if searchable else 0
        bits = 0
        if not restricted or any(path == one or path.startswith(f"{one}.") for one in restricted):
            bits |= SEARCHED
        if searchable is None or searchable.ordered:
            bits |= ORDERED
        for bit, names in switches:
            if names and path in names:
                bits |= bit
        flags[at] = bits
    return ranks, flags


def _attribute_mode(settings: Settings, params: Mapping[str, Any]) -> int:
    """How the attribute criterion is computed: `best` means nearest where proximity ranks first (documented)."""

    def get(name: str) -> Any:
        return params.get(name, settings[name])

    strategy = get("attributeCriteriaComputedBy")
    if strategy is None:
        strategy = "minProximity" if get("attributeCriteriaComputedByMinProximity") else "best"
    if strategy == "sum":
        return SUMMED_ATTRIBUTES
    ranking = get("ranking") or ()
    ahead = "proximity" in ranking and "attribute" in ranking[ranking.index("proximity") :]
    return NEAREST_ATTRIBUTE if ahead or strategy == "minProximity" else BEST_ATTRIBUTE


def match(
    reader: Reader,
    query: Query,
    params: Mapping[str, Any],
    allowed: Bools,
    synonyms: Synonyms,
    dictionaries: Dictionaries,
) -> Scored:
    """Match and score every allowed record against a query of at least one word (or exclusion)."""
    settings, snapshot = reader.settings, reader.snapshot
    plan = make_plan(query, params, settings, snapshot.dictionary, synonyms, dictionaries)
    return run(reader, plan, query, params, allowed)


def _stop_at(plan: Plan, settings: Settings, mode: int) -> int:
    """The typos at which the first match of a one-word query is already the best; -1 where it may not be."""
    exact = mode != EXACT_NONE and bool((plan.flags & EXACT).any())
    if plan.words != 1 or not settings.searchable or exact or bool((plan.flags & FORBIDDEN).any()) or not plan.size:
        return -1
    return int(plan.typos.min())


def run(reader: Reader, plan: Plan, query: Query, params: Mapping[str, Any], allowed: Bools) -> Scored:
    """Find and score the candidates of a plan."""
    settings, snapshot = reader.settings, reader.snapshot
    found = np.empty(snapshot.slots, np.int32)
    if query.words:
        mask = np.zeros(snapshot.postings.base, np.int64)
        count = candidates(
            mask, allowed, snapshot.postings.starts, snapshot.postings.slots, plan.terms, plan.bits, plan.size,
            plan.required, snapshot.postings.base, found,
        )  # fmt: skip
        slots = found[:count]
    else:
        slots = np.nonzero(allowed)[0].astype(np.int32)
    first = np.full(snapshot.dictionary.size + 1, -1, np.int32)
    chain = np.empty(max(plan.size, 1), np.int32)
    link(plan.terms, plan.size, first, chain)
    ranks, flags = attribute_tables(settings, params, snapshot.attributes)
    mode = EXACT_WORD
    if plan.words == 1:
        mode = _EXACT_MODES[params.get("exactOnSingleWordQuery", settings["exactOnSingleWordQuery"])]
    out = np.empty((len(slots), 7), np.int64)
    kept = scan(
        slots, snapshot.starts, snapshot.terms, snapshot.infos, first, chain,
        plan.word, plan.span, plan.typos, plan.flags, plan.run, plan.run_starts, plan.run_terms,
        ranks, flags, plan.words, plan.required, plan.words == 0,
        int(params.get("minProximity", settings["minProximity"])), mode,
        _attribute_mode(settings, params),
        _stop_at(plan, settings, mode),
        out,
    )  # fmt: skip
    return Scored(out[:kept], plan, Links(first, chain))
