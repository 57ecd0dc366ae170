"""API keys: create, read, replace, delete, restore; and the list of addresses that may use the application at all."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable
from typing import Any

from services.mock_algolia.access.caller import ADMIN_RIGHTS, RIGHTS
from services.mock_algolia.access.gate import DELETED_KEYS, KEYS, SOURCES, parameters_of, within
from services.mock_algolia.errors import Refused
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.wire.route import Call, Route

Body = dict[str, Any]
_KEPT_DELETED = 1000
_LISTS = ("indexes", "referers")
_NUMBERS = ("maxHitsPerQuery", "maxQueriesPerIPPerHour", "validity")
_TEXTS = ("description", "queryParameters")
_SHOWN_ONLY = ("value", "createdAt", "key")


class KeyViews:
    """`/1/keys` and `/1/security/sources`."""

    def __init__(self, store: Store, admin_key: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._admin_key = admin_key
        self._clock = clock

    def routes(self) -> list[Route]:
        """List the operations on keys and sources."""
        return [
            Route("GET", "/1/keys", "admin", self.list_keys),
            Route("POST", "/1/keys", "admin", self.add),
            Route("GET", "/1/keys/<name:key>", "", self.get),
            Route("PUT", "/1/keys/<name:key>", "admin", self.update),
            Route("DELETE", "/1/keys/<name:key>", "admin", self.delete),
            Route("POST", "/1/keys/<name:key>/restore", "admin", self.restore),
            Route("GET", "/1/indexes/<index:index>/keys", "admin", self.list_keys),
            Route("POST", "/1/indexes/<index:index>/keys", "admin", self.add),
            Route("GET", "/1/indexes/<index:index>/keys/<name:key>", "admin", self.get),
            Route("PUT", "/1/indexes/<index:index>/keys/<name:key>", "admin", self.update),
            Route("DELETE", "/1/indexes/<index:index>/keys/<name:key>", "admin", self.delete),
            Route("GET", "/1/security/sources", "admin", self.list_sources),
            Route("PUT", "/1/security/sources", "admin", self.replace_sources),
            Route("POST", "/1/security/sources/append", "admin", self.append_source),
            Route("DELETE", "/1/security/sources/<name:source>", "admin", self.delete_source),
        ]

    @property
    def _keys(self) -> dict[str, Body]:
        return self._store.documents.get(KEYS, {})

    def _found(self, key: str) -> Body:
        if key == self._admin_key:
            raise Refused("The admin API key cannot be changed here: it is given when the server starts", 403)
        found = self._keys.get(key)
        if found is None:
            raise Refused("Key does not exist", 404)
        return found

    def _save(self, body: Body) -> str:
        def operation(transaction: Transaction) -> None:
            transaction.delete_document(DELETED_KEYS, body["value"])
            transaction.save_document(KEYS, body["value"], body)

        _, _, now = self._store.write(operation)
        return now

    def list_keys(self, call: Call, index: str | None = None) -> Any:
        """List the keys, those of one index if it is named (listApiKeys); the admin key is not among them."""
        keys = list(self._keys.values())
        if index is not None:
            keys = [key for key in keys if index in key.get("indexes", ())]
        return {"keys": keys}

    def add(self, call: Call, index: str | None = None) -> Any:
        """Make a key (addApiKey)."""
        body = _checked(call.body)
        source = parameters_of(body).get("restrictSources", "")
        if source and not within(call.caller.ip, source):
            raise Refused(f"Cannot create a key for {source} from {call.caller.ip}")
        if index is not None:
            body["indexes"] = [index]
        body |= {"value": secrets.token_hex(16), "createdAt": int(self._clock() * 1000)}
        return {"key": body["value"], "createdAt": self._save(body)}

    def get(self, call: Call, key: str, index: str | None = None) -> Any:
        """Read a key: the admin any, others themselves without the description (getApiKey)."""
        if call.caller.is_admin:
            if key == self._admin_key:
                return {"value": key, "createdAt": 0, "acl": sorted(ADMIN_RIGHTS), "description": "Admin API key"}
            return self._found(key)
        if key != call.caller.key:
            raise Refused("Method not allowed with this API key", 403)
        return {**self._found(key), "description": "<redacted>"}

    def update(self, call: Call, key: str, index: str | None = None) -> Any:
        """Replace a key's rights and restrictions; what is not sent has its default again (updateApiKey)."""
        kept = self._found(key)
        body = _checked(call.body)
        now = self._save({**body, "value": key, "createdAt": kept["createdAt"]})
        return {"key": key, "updatedAt": now}

    def delete(self, call: Call, key: str, index: str | None = None) -> Any:
        """Delete a key; it can be restored (deleteApiKey)."""
        body = self._found(key)

        def operation(transaction: Transaction) -> None:
            transaction.delete_document(KEYS, key)
            transaction.save_document(DELETED_KEYS, key, body)
            deleted = list(self._store.documents.get(DELETED_KEYS, {}))
            for oldest in deleted[: len(deleted) + 1 - _KEPT_DELETED]:
                transaction.delete_document(DELETED_KEYS, oldest)

        _, _, now = self._store.write(operation)
        return {"deletedAt": now}

    def restore(self, call: Call, key: str) -> Any:
        """Bring a deleted key back, without its validity (restoreApiKey)."""
        body = self._store.documents.get(DELETED_KEYS, {}).get(key)
        if body is None:
            raise Refused("Key does not exist", 404)
        now = self._save({name: value for name, value in body.items() if name != "validity"})
        return {"key": key, "createdAt": now}

    # Allowed sources

    def list_sources(self, call: Call) -> Any:
        """List the networks that may use the application; an empty list allows all (getSources)."""
        return list(self._store.documents.get(SOURCES, {}).values())

    def replace_sources(self, call: Call) -> Any:
        """Replace the allowed networks (replaceSources)."""
        sent = call.json
        if not isinstance(sent, list):
            raise Refused("Expected an array of sources")
        sources = [_source(item) for item in sent]

        def operation(transaction: Transaction) -> None:
            transaction.clear_documents(SOURCES)
            for source in sources:
                transaction.save_document(SOURCES, source["source"], source)

        _, _, now = self._store.write(operation)
        return {"updatedAt": now}

    def append_source(self, call: Call) -> Any:
        """Allow one more network (appendSource)."""
        source = _source(call.body)
        _, _, now = self._store.write(lambda transaction: transaction.save_document(SOURCES, source["source"], source))
        return {"createdAt": now}

    def delete_source(self, call: Call, source: str) -> Any:
        """Take a network off the list (deleteSource)."""
        if source not in self._store.documents.get(SOURCES, {}):
            raise Refused(f"Source {source} does not exist", 404)
        _, _, now = self._store.write(lambda transaction: transaction.delete_document(SOURCES, source))
        return {"deletedAt": now}


def _checked(sent: Body) -> Body:
    body = {name: value for name, value in sent.items() if name not in _SHOWN_ONLY and value is not None}
    unknown = sorted(set(body) - {"acl", *_LISTS, *_NUMBERS, *_TEXTS})
    if unknown:
        raise Refused(f"Unknown attribute of an API key: {', '.join(unknown)}")
    acl = body.get("acl")
    if not isinstance(acl, list) or not all(isinstance(right, str) for right in acl):
        raise Refused("acl must be an array of strings")
    strange = sorted(set(acl) - RIGHTS)
    if strange:
        raise Refused(f"Unknown acl: {', '.join(strange)}")
    for name in _LISTS:
        value = body.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Refused(f"{name} must be an array of strings")
    for name in _NUMBERS:
        value = body.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise Refused(f"{name} must be a non-negative integer")
    for name in _TEXTS:
        if not isinstance(body.get(name, ""), str):
            raise Refused(f"{name} must be a string")
    return body


def _source(sent: Any) -> Body:
    source = sent.get("source") if isinstance(sent, dict) else None
    try:
        ipaddress.ip_network(str(source), strict=False)
    except ValueError as error:
        raise Refused(f"Invalid source: {error}") from error
    return {"source": str(source), "description": str(sent.get("description") or "")}
