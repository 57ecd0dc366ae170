"""Records: add, replace, update, delete, read; one at a time, in batches, over many indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.engine.parameters.filter_lists import conjunction
from services.mock_algolia.errors import BadStep, Refused, missing_object
from services.mock_algolia.parameters import search_parameters
from services.mock_algolia.records.batch import ACTIONS, Fold, actions, fold, new_object_id, object_id_of
from services.mock_algolia.records.projection import projected
from services.mock_algolia.store import LiveIndex, Store, Transaction
from services.mock_algolia.views.reading import live_index, valid_name
from services.mock_algolia.wire.places import told_where
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]


_PLACES = ("aroundLatLng", "insideBoundingBox", "insidePolygon")
_DELETED_BY = frozenset(
    (*_PLACES, "aroundRadius", "minimumAroundRadius", "filters", "facetFilters", "numericFilters", "tagFilters")
)
"""All that deleteBy takes (documented): what says which records, and nothing else of a search."""


_DONE = {"addObject": "add", "deleteObject": "delete"}
"""What an action does to a record, where it is no update."""
_OBJECT_REQUEST = {"indexName", "objectID", "attributesToRetrieve"}


class ObjectViews:
    """`/1/indexes/{index}`, `/{objectID}`, `/batch`, `/deleteByQuery`, `/clear`, and `*/batch`, `*/objects`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations on records."""
        index = "/1/indexes/<index:index>"
        return [
            Route("POST", index, "addObject", self.save_object),
            Route("POST", f"{index}/batch", "", self.batch, fields("requests")),
            Route("POST", f"{index}/deleteByQuery", "deleteIndex", self.delete_by),
            Route("POST", f"{index}/clear", "deleteIndex", self.clear, fields("")),
            Route("POST", "/1/indexes/*/batch", "", self.multiple_batch, fields("requests")),
            Route("POST", "/1/indexes/*/objects", "search", self.get_objects, fields("requests")),
            Route("GET", f"{index}/<name:object_id>", "search", self.get_object),
            Route("PUT", f"{index}/<name:object_id>", "addObject", self.add_or_update_object),
            Route("DELETE", f"{index}/<name:object_id>", "deleteObject", self.delete_object),
            Route("POST", f"{index}/<name:object_id>/partial", "addObject", self.partial_update),
            Route("PUT", f"{index}/<name:object_id>/partial", "addObject", self.partial_update),
        ]

    # Writing

    def _apply(self, index: str, requests: list[Mapping[str, Any]]) -> tuple[Fold, int, str]:
        return self._store.write(lambda transaction: apply_actions(transaction, index, requests))

    def _apply_one(self, index: str, action: str, body: Body) -> tuple[int, str]:
        """Apply one action: its task and time."""
        what = f"a {_DONE.get(action, 'update')} object request"
        _, task, now = self._store.write(
            lambda transaction: apply_actions(transaction, index, [{"action": action, "body": body}], what)
        )
        return task, now

    def save_object(self, call: Call, index: str) -> Any:
        """Add or replace a record, making its id if it has none (saveObject)."""
        object_id = object_id_of(call.body) or new_object_id()
        task, now = self._apply_one(index, "addObject", {**call.body, "objectID": object_id})
        return {"createdAt": now, "taskID": task, "objectID": object_id}, 201

    def add_or_update_object(self, call: Call, index: str, object_id: str) -> Any:
        """Add or replace the record of this id (addOrUpdateObject)."""
        task, now = self._apply_one(index, "updateObject", {**call.body, "objectID": object_id})
        return {"updatedAt": now, "taskID": task, "objectID": object_id}

    def partial_update(self, call: Call, index: str, object_id: str) -> Any:
        """Change some attributes of a record (partialUpdateObject)."""
        create = call.args.get("createIfNotExists", "true").lower() != "false"
        action = "partialUpdateObject" if create else "partialUpdateObjectNoCreate"
        task, now = self._apply_one(index, action, {**call.body, "objectID": object_id})
        return {"updatedAt": now, "taskID": task, "objectID": object_id}

    def delete_object(self, call: Call, index: str, object_id: str) -> Any:
        """Remove a record; one that is not there is removed already (deleteObject)."""
        task, now = self._apply_one(index, "deleteObject", {"objectID": object_id})
        return {"deletedAt": now, "taskID": task}

    def batch(self, call: Call, index: str) -> Any:
        """Apply actions to one index, in order, visible at once (batch)."""
        with told_where(call.raw_body):
            requests = actions(call.body.get("requests"))
            _authorize(call.caller, requests)
            done, task, _ = self._apply(index, requests)
        return {"taskID": task, "objectIDs": done.object_ids}

    def multiple_batch(self, call: Call) -> Any:
        """Apply actions to several indexes, in order (multipleBatch)."""
        with told_where(call.raw_body):
            requests = actions(call.body.get("requests"))
            _authorize(call.caller, requests)
        by_index: dict[str, list[Mapping[str, Any]]] = {}
        for number, request in enumerate(requests):
            name = request.get("indexName")
            if not isinstance(name, str):
                raise Refused(f"Invalid request {number}: missing indexName")
            call.caller.needs_index(name)
            by_index.setdefault(name, []).append(request)

        def operation(transaction: Transaction) -> dict[str, list[str]]:
            return {name: apply_actions(transaction, name, part).object_ids for name, part in by_index.items()}

        ids, task, _ = self._store.write(operation)
        in_turn = {name: iter(found) for name, found in ids.items()}
        ordered = [next(in_turn[request["indexName"]]) for request in requests if _names_object(request)]
        return {"taskID": dict.fromkeys(by_index, task), "objectIDs": ordered}

    def delete_by(self, call: Call, index: str) -> Any:
        """Remove the records that filters select (deleteBy); refuses empty filters, and what is no filter."""
        params = search_parameters(call.body)
        for name in params:
            if name not in _DELETED_BY:
                raise Refused(f"DeleteByQuery endpoint does not support {name}")
        if not any(params.get(name) for name in _PLACES) and not conjunction(params):
            raise Refused("DeleteByQuery endpoint does not support empty filters")
        params = call.caller.restrict(params)

        def operation(transaction: Transaction) -> None:
            live = transaction.catalog.get(index)
            if live is not None:
                _refuse_replica(live, "a delete by query request")
                transaction.put(
                    index, {}, live.engine.matching_ids({**params, "enableRules": False, "distinct": False})
                )

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}

    def clear(self, call: Call, index: str) -> Any:
        """Remove all records, keeping settings, synonyms and rules (clearObjects)."""
        valid_name(index)

        def operation(transaction: Transaction) -> None:
            _refuse_replica(transaction.index(index), "a clear request")
            transaction.clear(index)

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}

    # Reading

    def get_object(self, call: Call, index: str, object_id: str) -> Any:
        """Read a record (getObject)."""
        live = live_index(self._store, index)
        attributes = call.args.get("attributesToRetrieve") or call.args.get("attributes")
        wanted = [name.strip() for name in attributes.strip("[]").replace('"', "").split(",")] if attributes else None
        record = self._read(call.caller, live, object_id, wanted)
        if record is None:
            raise missing_object()
        return record

    def get_objects(self, call: Call) -> Any:
        """Read records of any indexes, null for those that are not there (getObjects)."""
        requests = call.body.get("requests")
        if not isinstance(requests, list):
            raise Refused("Invalid request: 'requests' must be an array")
        if call.caller.max_hits and len(requests) > call.caller.max_hits:
            raise Refused("Method not allowed with this API key (nbObjects > hitsPerPage)", 403)
        results: list[Body | None] = []
        missing: Body = {}
        for request in requests:
            if not isinstance(request, Mapping) or not isinstance(request.get("indexName"), str):
                raise Refused("Invalid request: each needs an indexName and an objectID")
            if strange := request.keys() - _OBJECT_REQUEST:
                raise Refused(f"Unknown parameter: {min(strange)}")
            call.caller.needs_index(request["indexName"])
            object_id = object_id_of(request)
            if object_id is None:
                raise Refused("Invalid request: each needs an indexName and an objectID")
            wanted = request.get("attributesToRetrieve")
            if isinstance(wanted, str):
                wanted = [name.strip() for name in wanted.split(",")]
            live = self._store.catalog.get(request["indexName"])
            if live is None:
                missing = {"message": f"Index {request['indexName']} does not exist."}
            results.append(self._read(call.caller, live, object_id, wanted) if live else None)
        return {"results": results, **missing}

    def _read(self, caller: Caller, live: LiveIndex, object_id: str, wanted: Any) -> Body | None:
        if wanted is not None and not (isinstance(wanted, list) and all(isinstance(name, str) for name in wanted)):
            raise Refused("attributesToRetrieve must be an array of strings")
        body = live.records.get(object_id)
        if body is None:
            return None
        if caller.filters and object_id not in live.engine.matching_ids(caller.restrict({"enableRules": False})):
            return None
        return projected(orjson.loads(body), wanted, hidden_attributes(self._store, live, caller))


def hidden_attributes(store: Store, live: LiveIndex, caller: Caller) -> list[str]:
    """List the attributes that this caller must not see."""
    if caller.sees_unretrievable:
        return []
    return list(live.effective_settings(store.catalog).get("unretrievableAttributes") or ())


def apply_actions(
    transaction: Transaction, index: str, requests: list[Mapping[str, Any]], what: str = "the batch operation"
) -> Fold:
    """Apply a batch to one index inside an operation; the index is made if needed. A replica refuses `what` it is."""
    valid_name(index)
    live = transaction.index(index)
    _refuse_replica(live, what)
    done = fold(requests, live.records)
    if done.reset == "delete":
        transaction.delete_index(index)
        if not done.upserts:
            return done
    elif done.reset == "clear":
        transaction.clear(index)
    if done.upserts or done.deletes:
        transaction.put(index, done.upserts, list(done.deletes))
    return done


def _refuse_replica(live: LiveIndex, what: str) -> None:
    if live.main is not None:
        raise Refused(f"cannot apply {what} on a replica index", 403)


def _authorize(caller: Caller, requests: list[Mapping[str, Any]]) -> None:
    """Check that a key may do each action. Raises BadStep, in Algolia's words, or Refused(403)."""
    if not requests:
        caller.needs("addObject")
    for number, request in enumerate(requests):
        action = request["action"]
        right = ACTIONS[action]
        if action in {"clear", "delete"}:
            caller.needs(right)
        elif not caller.may(right):
            raise BadStep(f"Not enough rights to {_DONE.get(action, 'update')} an object", number)


def _names_object(request: Mapping[str, Any]) -> bool:
    return request["action"] not in {"clear", "delete"}
