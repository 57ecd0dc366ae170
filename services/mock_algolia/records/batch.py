"""Batches: a sequence of actions folded into what it leaves behind, so that readers see all of it at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from services.mock_algolia.engine import validate_record
from services.mock_algolia.engine.corpus.records import TooBig
from services.mock_algolia.errors import BadStep, Refused
from services.mock_algolia.records.partial_update import partially_updated

Body = dict[str, Any]
ACTIONS = {
    "addObject": "addObject",
    "updateObject": "addObject",
    "partialUpdateObject": "addObject",
    "partialUpdateObjectNoCreate": "addObject",
    "deleteObject": "deleteObject",
    "delete": "deleteIndex",
    "clear": "deleteIndex",
}
"""Each action and the right it needs."""
_ENVELOPE = {"action", "body", "indexName", "objectID"}
"""What may stand beside an action; clients of before 2020 put the objectID there."""


@dataclass
class Fold:
    """What a batch leaves: an optional reset of the index, then records to write and to remove."""

    reset: Literal["", "clear", "delete"] = ""
    upserts: dict[str, Body] = field(default_factory=dict)
    deletes: dict[str, None] = field(default_factory=dict)
    object_ids: list[str] = field(default_factory=list)

    def current(self, object_id: str, stored: Mapping[str, bytes]) -> Body | None:
        """Tell the record as the actions so far leave it."""
        if object_id in self.upserts:
            return self.upserts[object_id]
        if self.reset or object_id in self.deletes:
            return None
        body = stored.get(object_id)
        return None if body is None else orjson.loads(body)

    def write(self, object_id: str, record: Body) -> None:
        """Replace or add a record."""
        validate_record(record)
        self.deletes.pop(object_id, None)
        self.upserts[object_id] = record

    def remove(self, object_id: str) -> None:
        """Remove a record, if it is there."""
        self.upserts.pop(object_id, None)
        self.deletes[object_id] = None


def object_id_of(body: Mapping[str, Any]) -> str | None:
    """Read a record's id: a string, or an integer that becomes one. Raises Refused(400) for anything else."""
    value = body.get("objectID")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Refused("objectID must be a string or an integer")
    if value == "":
        raise Refused("objectID cannot be empty")
    return str(value)


def new_object_id() -> str:
    """Make an id for a record that came without one."""
    return secrets.token_hex(7)


def fold(requests: Iterable[Mapping[str, Any]], stored: Mapping[str, bytes]) -> Fold:
    """Fold the actions of one index, in order. Raises Refused(400) or BadRequest; then nothing of it is applied."""
    result = Fold()
    for number, request in enumerate(requests):
        try:
            _step(result, request, stored, number)
        except TooBig as error:
            raise Refused(error.told(number), details={"position": number, "objectID": error.identity}) from error
    return result


def _step(result: Fold, request: Mapping[str, Any], stored: Mapping[str, bytes], number: int) -> None:
    action = request.get("action")
    if action in {"clear", "delete"}:
        result.reset = action
        result.upserts.clear()
        result.deletes.clear()
        return
    body = request.get("body")
    if not isinstance(body, Mapping):
        raise Refused(f"Invalid request {number}: 'body' must be an object")
    object_id = object_id_of(body) or object_id_of(request)
    if action == "addObject":
        object_id = object_id or new_object_id()
    if object_id is None:
        raise BadStep(f"The 'objectID' attribute is required to use action={action}", number)
    result.object_ids.append(object_id)
    if action in {"addObject", "updateObject"}:
        result.write(object_id, {**body, "objectID": object_id})
    elif action == "deleteObject":
        result.remove(object_id)
    else:
        current = result.current(object_id, stored)
        if current is None and (action == "partialUpdateObjectNoCreate" or request.get("createIfNotExists") is False):
            return
        updated = partially_updated(current, {k: v for k, v in body.items() if k != "objectID"}, object_id)
        if updated is not None:
            result.write(object_id, updated)


def actions(requests: Any) -> list[Mapping[str, Any]]:
    """Check the envelope of a batch. Raises Refused(400) if it is not a list of known actions."""
    if not isinstance(requests, list):
        raise Refused("Invalid batch: 'requests' must be an array")
    for number, request in enumerate(requests):
        if not isinstance(request, Mapping):
            raise Refused(f"Invalid request {number}: expected an object")
        action = request.get("action")
        if not isinstance(action, str) or action not in ACTIONS:
            raise Refused(f"Invalid request {number}: unknown action '{action}', expected one of {', '.join(ACTIONS)}")
        if strange := request.keys() - _ENVELOPE:
            name = next(name for name in request if name in strange)
            raise BadStep(f"Invalid object attributes: {name}", number, name)
    return requests
