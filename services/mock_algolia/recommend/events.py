"""What the models learn from: who did what to which item, when.

Undocumented by Algolia, chosen here:
- related-products: two items are close if the same users clicked or converted on both (cosine over users).
- bought-together: the share of an item's converting users who also converted on the other.
- trending: each event counts half as much for every seven days before the newest event; a conversion counts three
  times a click.
Scores run from 0 to 100.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

_HALF_LIFE = 7 * 24 * 3600 * 1000
_WEIGHTS = {"conversion": 3.0, "click": 1.0, "view": 0.0}
Scores = dict[str, float]


def _users(events: Iterable[Mapping[str, Any]], index: str, kinds: set[str]) -> dict[str, set[str]]:
    """List the users of each item."""
    users: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event["index"] == index and event["eventType"] in kinds:
            for item in event.get("objectIDs") or ():
                users[str(item)].add(event["userToken"])
    return users


def related(events: Iterable[Mapping[str, Any]], index: str, item: str) -> Scores:
    """Score the items that the users of `item` clicked or converted on."""
    users = _users(events, index, {"click", "conversion"})
    own = users.get(item, set())
    return {
        other: 100 * len(own & theirs) / sqrt(len(own) * len(theirs))
        for other, theirs in users.items()
        if other != item and own & theirs
    }


def bought_together(events: Iterable[Mapping[str, Any]], index: str, item: str) -> Scores:
    """Score the items that the users who converted on `item` converted on too."""
    users = _users(events, index, {"conversion"})
    own = users.get(item, set())
    return {
        other: 100 * len(own & theirs) / len(own) for other, theirs in users.items() if other != item and own & theirs
    }


def trending(events: Iterable[Mapping[str, Any]], index: str) -> Scores:
    """Score items by what happened to them lately; the most trending has 100."""
    relevant = [event for event in events if event["index"] == index and event.get("objectIDs")]
    newest = max((event["timestamp"] for event in relevant), default=0)
    heat: Counter[str] = Counter()
    for event in relevant:
        weight = _WEIGHTS[event["eventType"]] * 0.5 ** ((newest - event["timestamp"]) / _HALF_LIFE)
        for item in event["objectIDs"]:
            heat[str(item)] += weight
    return _to_hundred(heat)


def trending_facets(items: Scores, values: Mapping[str, Iterable[str]]) -> Scores:
    """Score facet values by the items that have them; `values` lists each item's values of the facet."""
    heat: dict[str, float] = defaultdict(float)
    for item, score in items.items():
        for value in values.get(item, ()):
            heat[value] += score
    return _to_hundred(heat)


def _to_hundred(heat: Mapping[str, float]) -> Scores:
    top = max(heat.values(), default=0.0)
    return {name: 100 * value / top for name, value in heat.items() if value > 0} if top > 0 else {}
