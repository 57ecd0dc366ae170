"""Exports into a store and out of it, by the same checks that a client's requests pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from services.mock_algolia.engine import BadRequest
from services.mock_algolia.errors import Refused
from services.mock_algolia.exports import BadExport, Export
from services.mock_algolia.records.batch import actions
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.store.live import LiveIndex
from services.mock_algolia.views.objects import apply_actions
from services.mock_algolia.views.settings import apply_settings, shown_settings
from services.mock_algolia.views.synonyms import checked_items


def seed(store: Store, exports: Iterable[Export]) -> Iterator[str]:
    """Fill indexes; one that holds records already keeps what it has. Say what was done. Raises BadExport."""
    for export in exports:
        live = store.catalog.get(export.index)
        if live is not None and live.records:
            yield f"kept {export.index} as it was, with its {len(live.records)} records"
            continue
        load(store, export)
        yield f"filled {export.index} with {len(export.records)} records"


def load(store: Store, export: Export) -> None:
    """Put settings, rules, synonyms and records into an index, whole or not at all. Raises BadExport."""

    def operation(transaction: Transaction) -> None:
        transaction.index(export.index)
        if export.settings is not None:
            apply_settings(transaction, export.index, export.settings)
        if export.rules is not None:
            transaction.set_items(export.index, "rules", checked_items("rules", export.rules))
        if export.synonyms is not None:
            transaction.set_items(export.index, "synonyms", checked_items("synonyms", export.synonyms))
        if export.records:
            requests = actions([{"action": "addObject", "body": dict(record)} for record in export.records])
            apply_actions(transaction, export.index, requests)

    try:
        store.write(operation)
    except (Refused, BadRequest) as error:
        raise BadExport(f"{export.index}: {error.message}") from error


def dump(store: Store, index: str, live: LiveIndex) -> Export:
    """Give all that an index holds, as it was sent."""
    return Export(
        index,
        [orjson.loads(body) for body in live.records.values()],
        shown_settings(live, store.catalog),
        list(live.rules.values()),
        list(live.synonyms.values()),
    )
