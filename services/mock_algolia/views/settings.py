"""Settings of an index: what is set, under the documented defaults; and the replicas that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mock_algolia.engine import validate_settings
from services.mock_algolia.engine.parameters.schema import SETTING_TYPES
from services.mock_algolia.errors import Refused
from services.mock_algolia.store import LiveIndex, Store, Transaction
from services.mock_algolia.store.live import Catalog
from services.mock_algolia.views.reading import live_index, replica_name, valid_name
from services.mock_algolia.wire.places import after_name
from services.mock_algolia.wire.route import Call, Route

DEFAULTS: dict[str, Any] = {
    "minWordSizefor1Typo": 4,
    "minWordSizefor2Typos": 8,
    "hitsPerPage": 20,
    "maxValuesPerFacet": 100,
    "version": 1,
    "paginationLimitedTo": 1000,
    "exactOnSingleWordQuery": "attribute",
    "ranking": ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"],
    "separatorsToIndex": "",
    "removeWordsIfNoResults": "none",
    "queryType": "prefixLast",
    "highlightPreTag": "<em>",
    "highlightPostTag": "</em>",
    "alternativesAsExact": ["ignorePlurals", "singleWordSynonym"],
}
"""What `getSettings` of an index without settings answers: "an object with non-null index settings", as recorded."""
_SHOWN_ONLY = ("primary", "version")


class SettingsViews:
    """`/1/indexes/{index}/settings`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations on settings."""
        path = "/1/indexes/<index:index>/settings"
        return [
            Route("GET", path, "settings", self.get_settings),
            Route("PUT", path, "editSettings", self.set_settings),
        ]

    def get_settings(self, call: Call, index: str) -> Any:
        """Read the settings of an index (getSettings)."""
        live = live_index(self._store, index)
        return shown_settings(live, self._store.catalog)

    def set_settings(self, call: Call, index: str) -> Any:
        """Change the named settings, null resetting one to its default; an index is made if needed (setSettings)."""
        valid_name(index)
        changes, forward = call.body, call.flag("forwardToReplicas")
        for name in changes:
            if name not in SETTING_TYPES and name not in _SHOWN_ONLY:
                raise Refused(f"Invalid object attributes: {name}{after_name(call.raw_body, name)}")
        _, task, now = self._store.write(
            lambda transaction: apply_settings(transaction, index, changes, forward=forward)
        )
        return {"taskID": task, "updatedAt": now}


def shown_settings(live: LiveIndex, catalog: Catalog) -> dict[str, Any]:
    """Give the settings of an index, with the defaults that Algolia shows."""
    shown = {**DEFAULTS, **live.effective_settings(catalog)}
    if live.main is not None:
        shown["primary"] = live.main
    return {name: value for name, value in shown.items() if value is not None}


def apply_settings(transaction: Transaction, index: str, settings: Mapping[str, Any], *, forward: bool = False) -> None:
    """Change the named settings inside an operation; the index is made if needed. Raises Refused or BadRequest."""
    changes = dict(settings)
    for shown_only in _SHOWN_ONLY:
        changes.pop(shown_only, None)
    _rename_legacy(changes)
    validate_settings({name: value for name, value in changes.items() if value is not None})
    live = transaction.index(index)
    if "replicas" in changes:
        if live.main is not None:
            raise Refused(f"Index {index} is a replica of {live.main} and cannot have replicas itself")
        _link(transaction, index, changes["replicas"] or [])
    transaction.set_settings(index, _merged(live.settings, changes))
    if forward:
        shared = {name: value for name, value in changes.items() if name != "replicas"}
        for replica in transaction.replicas_of(index):
            transaction.set_settings(replica, _merged(transaction.catalog[replica].settings, shared))


def _merged(current: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**current, **changes}
    merged = {name: value for name, value in merged.items() if value is not None}
    validate_settings(merged)
    return merged


def _rename_legacy(changes: dict[str, Any]) -> None:
    """Accept the names of older clients: attributesToIndex, numericAttributesToIndex, slaves."""
    for old, new in (
        ("attributesToIndex", "searchableAttributes"),
        ("numericAttributesToIndex", "numericAttributesForFiltering"),
        ("slaves", "replicas"),
    ):
        if old in changes:
            if new in changes:
                raise Refused(
                    f'You cannot specify "{old}" and "{new}" at the same time. '
                    f'"{old}" is deprecated you should only use "{new}"'
                )
            changes[new] = changes.pop(old)


def _link(transaction: Transaction, index: str, replicas: Any) -> None:
    """Make the replicas of an index what its settings say."""
    if not isinstance(replicas, list) or not all(isinstance(name, str) and name for name in replicas):
        raise Refused("replicas must be an array of index names")
    wanted = {valid_name(replica_name(entry)): replica_name(entry) != entry for entry in replicas}
    if index in wanted:
        raise Refused(f"Index {index} cannot be a replica of itself")
    for name in transaction.replicas_of(index):
        if name not in wanted:
            transaction.detach(name)
    for name, is_virtual in wanted.items():
        existing = transaction.catalog.get(name)
        if existing is not None and existing.main not in {None, index}:
            raise Refused("A replica index is already replica of another index")
        if existing is not None and transaction.replicas_of(name):
            raise Refused(f"Index {name} has replicas itself and cannot become one")
        if existing is None or existing.main is None or existing.is_virtual != is_virtual:
            transaction.attach(name, index, is_virtual=is_virtual)
