"""Browsing: a list of ids made once, kept while its cursor is in use, and made again if it was forgotten."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.errors import Refused
from services.mock_algolia.records.projection import projected
from services.mock_algolia.store import LiveIndex, Store
from services.mock_algolia.views.objects import hidden_attributes
from services.mock_algolia.views.reading import whole_number

_KEPT = 64
MOST = 1000
"""Records on a page, as documented."""
_IGNORED = frozenset(
    """
    advancedSyntax attributesToHighlight attributesToSnippet distinct enablePersonalization enableRules facets
    getRankingInfo ignorePlurals optionalFilters cursor page offset length
    """.split()
)
"""Parameters that a browse request sets itself, whatever is sent (documented at the browse operation)."""


AS_STORED = {"advancedSyntax": False, "distinct": False, "enableRules": False, "ignorePlurals": False}
"""What a reading of records, rather than a search, sets."""


class Browsing:
    """Pages through an index. The ids of a listing are kept for its next pages, so writes do not shift them."""

    def __init__(self) -> None:
        self._listings: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self, store: Store, index: str, live: LiveIndex, caller: Caller, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Answer one page, with the cursor of the next unless it is the last."""
        cursor = params.get("cursor")
        if cursor:
            state = _opened(cursor)
            if state["index"] != index:
                raise Refused("Invalid cursor: it belongs to another index")
            page, asked = state["page"] + 1, state["params"]
            size = state["size"]
        else:
            asked = {name: value for name, value in params.items() if name not in _IGNORED}
            size, first = _window(params, caller.max_hits or MOST)
            page = first // size
            state = {"listing": secrets.token_hex(8), "last": None, "first": first % size}
        restricted = caller.restrict(asked)
        ids = self._ids(state["listing"], live, restricted)
        start = page * size + state["first"]
        if state["last"] is not None and (start == 0 or start > len(ids) or ids[start - 1] != state["last"]):
            start = ids.index(state["last"]) + 1 if state["last"] in ids else start
        shown = ids[start : start + size]
        wanted = asked.get("attributesToRetrieve")
        if isinstance(wanted, str):
            wanted = [name.strip() for name in wanted.split(",")]
        hidden = hidden_attributes(store, live, caller)
        bodies = (live.records.get(object_id) for object_id in shown)
        answer = {
            "hits": [projected(orjson.loads(body), wanted, hidden) for body in bodies if body is not None],
            "nbHits": len(ids),
            "page": page,
            "nbPages": -(-len(ids) // size),
            "hitsPerPage": size,
            "processingTimeMS": 1,
            "query": str(asked.get("query", "")),
            "params": urlencode({name: _text(value) for name, value in asked.items()}),
            "exhaustiveNbHits": True,
            "exhaustive": {"nbHits": True, "typo": True},
            "index": index,
        }
        if start + size < len(ids):
            answer["cursor"] = _sealed(
                {
                    "index": index,
                    "listing": state["listing"],
                    "page": page,
                    "size": size,
                    "params": asked,
                    "last": shown[-1],
                    "first": state["first"],
                }
            )
        return answer

    def _ids(self, listing: str, live: LiveIndex, params: Mapping[str, Any]) -> list[str]:
        key = f"{listing} {live.id} {orjson.dumps(params, option=orjson.OPT_SORT_KEYS).decode()}"
        with self._lock:
            kept = self._listings.get(key)
            if kept is not None:
                self._listings.move_to_end(key)
                return kept
        asked = {name: value for name, value in params.items() if name not in _IGNORED | {"hitsPerPage"}}
        if asked.get("typoTolerance", live.settings.get("typoTolerance")) in ("min", "strict"):
            asked["typoTolerance"] = True  # documented: there is no ranking for them to look at
        ids = live.engine.browse_ids({**asked, **AS_STORED})
        with self._lock:
            self._listings[key] = ids
            while len(self._listings) > _KEPT:
                self._listings.popitem(last=False)
        return ids


def _window(params: Mapping[str, Any], most: int) -> tuple[int, int]:
    """Read how many records a page has and which is the first: by `offset` and `length`, which win, or by pages."""
    length = whole_number(params, "length", MOST, low=1, high=MOST)
    if params.get("offset") is not None:
        return min(length, most), whole_number(params, "offset", 0)
    size = min(whole_number(params, "hitsPerPage", MOST, low=1, high=MOST), most)
    return size, whole_number(params, "page", 0) * size


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _sealed(state: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(state)).decode().rstrip("=")


def _opened(cursor: Any) -> dict[str, Any]:
    try:
        state = orjson.loads(base64.urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Refused("Invalid cursor") from error
    good = isinstance(state, dict) and {"index", "listing", "page", "size", "params", "last", "first"} <= state.keys()
    if not good or not isinstance(state["params"], dict) or not isinstance(state["listing"], str):
        raise Refused("Invalid cursor")
    whole_number(state, "page", 0)
    whole_number(state, "size", MOST, low=1, high=MOST)
    whole_number(state, "first", 0)
    return dict(state)
