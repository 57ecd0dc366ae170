"""Why a hit stands where it does: what each criterion of the tie-break saw of it and of the hit behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.mock_algolia.engine.ranking.ordering import Standing
from services.mock_algolia.parameters import search_parameters
from services.mock_algolia.store import Store
from services.mock_algolia.views.reading import live_index
from services.mock_algolia.wire.route import Call, Route

_NOBODY = Standing({}, "")
_FALLING = {"words", "exact", "filters", "neural"}
"""Criteria of which more is better: the engine keeps them negative, so that less is better everywhere."""


class ExplainViews:
    """`POST /_mock/indexes/{index}/explain`: a search, with `_because` beside each hit; the admin key only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the one operation."""
        return [Route("POST", "/_mock/indexes/<index:index>/explain", "admin", self.explain)]

    def explain(self, call: Call, index: str) -> Any:
        """Search one index, and say of each hit which row of the tie-break decided against the next."""
        live = live_index(self._store, index)
        params = {**search_parameters(call.body), "getRankingInfo": True}
        answer, standings = live.engine.search_with_reasons(params, index_name=index)
        hits = answer.get("hits", [])
        for hit, because in zip(hits, reasons(hits, standings), strict=True):
            hit["_because"] = because
        return answer


def reasons(hits: Sequence[Mapping[str, Any]], standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Give for each hit the rows of the tie-break, with what the next hit has, and the row that decided."""
    out = []
    for place, (hit, own) in enumerate(zip(hits, standings, strict=True)):
        behind = standings[place + 1] if place + 1 < len(standings) else _NOBODY
        next_hit = hits[place + 1] if behind is not _NOBODY else {}
        rows = [
            {
                "criterion": name,
                "value": _shown(name, value, hit),
                "next": _shown(name, behind.saw[name], next_hit) if name in behind.saw else None,
            }
            for name, value in own.saw.items()
        ]
        out.append({"rows": rows, "decidedBy": _decided(own, behind), "place": own.by})
    return out


def _decided(own: Standing, behind: Standing) -> str | None:
    """Name the first criterion that tells two neighbours apart; None: there is no neighbour, or no criterion did it."""
    if own.by or behind.by or not behind.saw:
        return None
    return next((name for name, value in own.saw.items() if value != behind.saw[name]), None)


def _shown(name: str, value: float, hit: Mapping[str, Any]) -> Any:
    """Show what a criterion saw as its users write it: the record's own value where it sorts by an attribute."""
    if name.endswith(")"):
        found: Any = hit
        for step in name[name.index("(") + 1 : -1].split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return found
    return -value if name in _FALLING else value
