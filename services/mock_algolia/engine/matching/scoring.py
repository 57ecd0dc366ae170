"""From a parsed query to the records that match it, scored on every criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from services.mock_algolia.engine.kernels.scoring import link, score_newest, score_one_word, score_several_words
from services.mock_algolia.engine.language.languages import Dictionaries
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.expansion import Plan, make_plan
from services.mock_algolia.engine.query.parsing import Query

_EXACT_MODES = {"attribute": EXACT_ATTRIBUTE, "word": EXACT_WORD, "none": EXACT_NONE}


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
        """The chosen ones."""
        return Scored(
            self.slots[chosen], self.typos[chosen], self.words[chosen], self.proximity[chosen],
            self.attribute[chosen], self.exact[chosen], self.masks[chosen], self.plan, self.links,
        )  # fmt: skip


def attribute_table(settings: Settings, params: Mapping[str, Any], attributes: tuple[str, ...]) -> Ints:
    """One row per attribute number (see `kernels.layout`), under a search's restrictions."""
    out: list[tuple[int, int, int]] = []
    restricted = params.get("restrictSearchableAttributes")
    switches = [
        (NO_TYPO, params.get("disableTypoToleranceOnAttributes", settings["disableTypoToleranceOnAttributes"])),
        (NO_PREFIX, settings["disablePrefixOnAttributes"]),
        (NO_EXACT, params.get("disableExactOnAttributes", settings["disableExactOnAttributes"])),
    ]
    ordered = {found.path: found for found in settings.searchable}
    for path in attributes:
        searchable = ordered.get(path)
        bits = 0
        first = 1000 * searchable.rank if searchable else 0
        positions = 0xFFFFF if searchable is None or searchable.ordered else 0
        if not restricted or any(path == one or path.startswith(f"{one}.") for one in restricted):
            bits |= SEARCHED
        for bit, names in switches:
            if names and path in names:
                bits |= bit
        out.append((first, positions, bits))
    return np.array(out or [(0, 0, 0)], np.int32)


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
    return run(reader, plan, params, allowed)


def run(reader: Reader, plan: Plan, params: Mapping[str, Any], allowed: Bools) -> Scored:
    """Find and score the records of a plan."""
    settings, snapshot = reader.settings, reader.snapshot
    mode = EXACT_WORD
    if plan.words == 1:
        mode = _EXACT_MODES[params.get("exactOnSingleWordQuery", settings["exactOnSingleWordQuery"])]
        if mode == EXACT_WORD and not plan.counts_alone:
            mode = EXACT_NONE
    how = np.array(
        [
            plan.words, plan.required, plan.words == 0, params.get("minProximity", settings["minProximity"]), mode,
            _attribute_mode(settings, params),
        ],
        np.int64,
    )  # fmt: skip
    first = np.full(snapshot.dictionary.size + 1, -1, np.int32)
    chain = np.empty(len(plan.entries), np.int32)
    link(plan.entries, first, chain)
    tokens = (snapshot.starts, snapshot.terms, snapshot.infos)
    runs = (plan.run_starts, plan.run_terms)
    attributes = attribute_table(settings, params, snapshot.attributes)
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
