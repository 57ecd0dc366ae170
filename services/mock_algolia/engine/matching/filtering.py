"""Which records pass the filters: one boolean per slot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.corpus.columns import FacetView
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters.filter_grammar import Condition, Conjunction
from services.mock_algolia.engine.parameters.geo import GeoQuery, bucket, distances, inside_box, inside_polygon


def _numeric(reader: Reader, condition: Condition) -> Bools:
    held = np.zeros(reader.slots, np.bool_)
    allowed = reader.settings["numericAttributesForFiltering"]
    if allowed is not None and len(allowed):
        equal_only = f"equalOnly({condition.attribute})" in allowed
        if not equal_only and condition.attribute not in allowed:
            return held
        if equal_only and condition.op not in ("=", "!="):
            return held
    slots, numbers = reader.numbers(condition.attribute)
    match condition.op:
        case "<":
            chosen = numbers < condition.low
        case "<=":
            chosen = numbers <= condition.low
        case ">":
            chosen = numbers > condition.low
        case ">=":
            chosen = numbers >= condition.low
        case "TO":
            chosen = (numbers >= condition.low) & (numbers <= condition.high)
        case _:
            chosen = numbers == condition.low
    held[slots[chosen]] = True
    return ~held if condition.op == "!=" else held


def _ordinals(view: FacetView, condition: Condition) -> list[int]:
    known = view.folded.get(condition.value.casefold(), [])
    if condition.kind == "tag":
        return [ordinal for ordinal in known if view.values[ordinal] == condition.value]
    if not known and (value := grammar.number(condition.value)) is not None:
        known = [int(at) for at in np.nonzero(view.numbers == value)[0]]
    return known


def condition_mask(reader: Reader, condition: Condition) -> Bools:
    """Find the slots that meet one condition. An attribute not declared for faceting meets nothing."""
    if condition.kind == "numeric":
        held = _numeric(reader, condition)
    else:
        held = np.zeros(reader.slots, np.bool_)
        if condition.kind == "facet" and condition.attribute == "objectID":  # filterable undeclared (documented)
            held[reader.snapshot.slots_of(condition.value)] = True
            return ~held if condition.negated else held
        if condition.kind == "facet" and condition.attribute not in reader.settings.faceting:
            return held
        view = reader.facet(condition.attribute)
        for ordinal in _ordinals(view, condition):
            held[view.slots[view.ordinals == ordinal]] = True
    return ~held if condition.negated else held


def filter_mask(reader: Reader, groups: Conjunction) -> Bools:
    """Find the live slots that pass every group."""
    held = reader.snapshot.alive
    refused: list[Condition] = []  # "NOT a AND NOT b" is "NOT (a OR b)", and a hundred of them one look at the column
    for group in groups:
        if len(group) == 1 and group[0].negated and _by_column(reader, group[0]):
            refused.append(group[0])
        else:
            held = held & _any_mask(reader, group)
    return held & ~_values_mask(reader, refused) if refused else held


def _any_mask(reader: Reader, group: Sequence[Condition]) -> Bools:
    """Find the slots that meet one of some conditions: the values of one attribute are looked up together."""
    if len(group) == 1:
        return condition_mask(reader, group[0])
    looked_up = [condition for condition in group if not condition.negated and _by_column(reader, condition)]
    held = _values_mask(reader, looked_up)
    if len(looked_up) < len(group):
        for condition in group:
            if condition.negated or not _by_column(reader, condition):
                held |= condition_mask(reader, condition)
    return held


def _values_mask(reader: Reader, conditions: Sequence[Condition]) -> Bools:
    """Find the slots that hold one of the values that some conditions name, be they negated or not."""
    held = np.zeros(reader.slots, np.bool_)
    together: dict[str, list[Condition]] = {}
    for condition in conditions:
        together.setdefault(condition.attribute, []).append(condition)
    for attribute, named in together.items():
        view = reader.facet(attribute)
        wanted = np.zeros(len(view.values), np.bool_)
        for condition in named:
            wanted[_ordinals(view, condition)] = True
        held[view.slots[wanted[view.ordinals]]] = True
    return held


def _by_column(reader: Reader, condition: Condition) -> bool:
    """Tell whether a condition is looked up in a column of facet values."""
    if condition.kind == "facet":
        return condition.attribute != "objectID" and condition.attribute in reader.settings.faceting
    return condition.kind == "tag"


def scores(reader: Reader, groups: Conjunction, slots: Ints, adding: bool) -> Ints:
    """Score slots by filters: over each group the best (or, `adding`, the sum), summed over groups."""
    total = np.zeros(len(slots), np.int32)
    for group in groups:
        best = np.zeros(len(slots), np.int32)
        if adding:
            for condition in group:
                best += condition_mask(reader, condition)[slots] * np.int32(condition.score)
        else:  # of equal scores it is all the same which one is met
            for score in {condition.score for condition in group}:
                met = _any_mask(reader, [condition for condition in group if condition.score == score])
                best = np.maximum(best, met[slots] * np.int32(score))
        total += best
    return total


def geo_mask(reader: Reader, query: GeoQuery, held: Bools) -> tuple[Bools, Floats | None, float | None]:
    """Search by place: (passing slots, metres to the nearest place of every slot or None, the radius used or None)."""
    slots, latitudes, longitudes = reader.geo()
    inside = np.zeros(reader.slots, np.bool_)
    if query.boxes or query.polygons:
        for box in query.boxes:
            inside[slots[inside_box(box, latitudes, longitudes)]] = True
        for polygon in query.polygons:
            inside[slots[inside_polygon(polygon, latitudes, longitudes)]] = True
        return held & inside, None, None
    if query.centre is None:
        return held, None, None
    metres = np.full(reader.slots, np.inf)
    np.minimum.at(metres, slots, distances(query.centre, latitudes, longitudes))
    radius = query.radius
    if radius is None:
        reached = np.sort(metres[held & np.isfinite(metres)])
        radius = query.minimum
        if len(reached):
            radius = max(radius, float(reached[min(len(reached), 1000) - 1]))
    return held & (metres <= radius) & np.isfinite(metres), metres, radius


def geo_bucket(metres: Floats, query: GeoQuery) -> Floats:
    """Give what the geo criterion compares."""
    return bucket(metres, query.precision)
