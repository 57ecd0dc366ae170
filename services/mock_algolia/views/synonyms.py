"""Synonyms and rules share their operations: save, read, delete, batch, clear, search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.mock_algolia.engine import BadRequest, validate_rule, validate_synonym
from services.mock_algolia.engine.parameters.rule_shape import ANCHORINGS, conditions_of
from services.mock_algolia.engine.parameters.synonyms import KINDS
from services.mock_algolia.errors import Refused, missing_object
from services.mock_algolia.parameters import search_parameters
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.store.content_changes import Part
from services.mock_algolia.views.reading import live_index, paged, valid_name
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]


class _ItemViews:
    """The operations that synonyms and rules share."""

    part: Part
    replace_flag: str
    deleted_since: str
    """What the answer to a delete calls its time: `deletedAt` or `updatedAt`."""
    searched_by: frozenset[str]

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations."""
        path = f"/1/indexes/<index:index>/{self.part}"
        return [
            Route("POST", f"{path}/batch", "editSettings", self.save_many),
            Route("POST", f"{path}/clear", "editSettings", self.clear, fields("")),
            Route("POST", f"{path}/search", "settings", self.search, self.searched_by),
            Route("GET", f"{path}/<name:object_id>", "settings", self.get),
            Route("PUT", f"{path}/<name:object_id>", "editSettings", self.save),
            Route("DELETE", f"{path}/<name:object_id>", "editSettings", self.delete),
        ]

    def selects(self, asked: Mapping[str, Any]) -> Callable[[Body], bool]:
        """Read a search request: what tells whether an item fits it. Raises Refused where it is not as documented."""
        raise NotImplementedError

    def _change(self, call: Call, index: str, change: Callable[[dict[str, Body]], None]) -> tuple[int, str]:
        """Change the items of an index, and of its replicas with `forwardToReplicas`."""
        valid_name(index)
        forward = call.flag("forwardToReplicas")

        def operation(transaction: Transaction) -> None:
            transaction.index(index)
            for name in [index, *(transaction.replicas_of(index) if forward else ())]:
                items = dict(getattr(transaction.index(name), self.part))
                change(items)
                transaction.set_items(name, self.part, list(items.values()))

        _, task, now = self._store.write(operation)
        return task, now

    def get(self, call: Call, index: str, object_id: str) -> Any:
        """Read one."""
        item = getattr(live_index(self._store, index), self.part).get(object_id)
        if item is None:
            raise missing_object()
        return item

    def save(self, call: Call, index: str, object_id: str) -> Any:
        """Add or replace one."""
        item = _checked(self.part, {"objectID": object_id, **call.body})
        if item["objectID"] != object_id:
            raise Refused("The objectID of the body must be that of the path")
        task, now = self._change(call, index, lambda items: items.update({object_id: item}))
        return {"taskID": task, "updatedAt": now}

    def delete(self, call: Call, index: str, object_id: str) -> Any:
        """Remove one; one that is not there is removed already."""
        task, now = self._change(call, index, lambda items: _discard(items, object_id))
        return {"taskID": task, self.deleted_since: now}

    def save_many(self, call: Call, index: str) -> Any:
        """Add or replace many, or all of them with the replace flag."""
        sent = call.json
        if not isinstance(sent, list):
            raise Refused(f"Invalid {self.part}: expected an array")
        items = {item["objectID"]: item for item in checked_items(self.part, sent)}
        replace = call.flag(self.replace_flag)

        def change(current: dict[str, Body]) -> None:
            if replace:
                current.clear()
            current.update(items)

        task, now = self._change(call, index, change)
        return {"taskID": task, "updatedAt": now}

    def clear(self, call: Call, index: str) -> Any:
        """Remove all."""
        task, now = self._change(call, index, dict.clear)
        return {"taskID": task, "updatedAt": now}

    def search(self, call: Call, index: str) -> Any:
        """Search among them; without a query, list them."""
        items = getattr(live_index(self._store, index), self.part).values()
        found = [
            {**item, "_highlightResult": _highlighted(item, str(call.body.get("query") or ""))}
            for item in filter(self.selects(call.body), items)
        ]
        return paged(found, search_parameters(call.body))


class SynonymViews(_ItemViews):
    """`/1/indexes/{index}/synonyms`."""

    part = "synonyms"
    replace_flag = "replaceExistingSynonyms"
    deleted_since = "deletedAt"
    searched_by = fields("query type page hitsPerPage params")

    def save(self, call: Call, index: str, object_id: str) -> Any:
        """Add or replace one; its answer names it."""
        return {**super().save(call, index, object_id), "id": object_id}

    def selects(self, asked: Mapping[str, Any]) -> Callable[[Body], bool]:
        """Select synonyms that hold every word of the query, and have one of the wanted types."""
        kind = asked.get("type") or []
        if not isinstance(kind, (str, list)):
            raise Refused("type must be a string or an array of strings")
        kinds = {str(one).lower() for one in (kind.split(",") if isinstance(kind, str) else kind) if one}
        if strange := kinds - set(KINDS):
            raise Refused(f"Invalid synonym type: {min(strange)}")
        holds = _holding(asked.get("query"), "synonyms input word corrections placeholder replacements".split())
        return lambda item: (not kinds or str(item.get("type", "synonym")).lower() in kinds) and holds(item)


class RuleViews(_ItemViews):
    """`/1/indexes/{index}/rules`."""

    part = "rules"
    replace_flag = "clearExistingRules"
    deleted_since = "updatedAt"
    searched_by = fields("query anchoring context page hitsPerPage enabled requestOptions params")

    def selects(self, asked: Mapping[str, Any]) -> Callable[[Body], bool]:
        """Select rules by the words of the query, their anchoring and context, and whether they are enabled."""
        anchoring, context, enabled = (asked.get(name) for name in ("anchoring", "context", "enabled"))
        if anchoring is not None and anchoring not in ANCHORINGS:
            raise Refused(f"anchoring must be one of {', '.join(ANCHORINGS)}")
        if not isinstance(enabled, bool | None):
            raise Refused("enabled must be a boolean")
        holds = _holding(asked.get("query"), "description conditions condition objectID".split())

        def fits(item: Body) -> bool:
            conditions = conditions_of(item)
            return (
                (not anchoring or any(one.get("anchoring") == anchoring for one in conditions))
                and (not context or any(one.get("context") == context for one in conditions))
                and (enabled is None or item.get("enabled", True) == enabled)
                and holds(item)
            )

        return fits


_VALIDATE: dict[Part, Callable[[Body], object]] = {"synonyms": validate_synonym, "rules": validate_rule}


def checked_items(part: Part, items: Sequence[Any]) -> list[Body]:
    """Give synonyms or rules as they are kept. Raises Refused or BadRequest where one is not as documented.

    Of rules the message tells which of them it means.
    """
    kept: list[Body] = []
    for at, item in enumerate(items):
        try:
            kept.append(_checked(part, item))
        except BadRequest as error:
            raise BadRequest(f"{error.message} (in `[{at}]`)" if part == "rules" else error.message) from error
    return kept


def _checked(part: Part, item: Any) -> Body:
    if not isinstance(item, Mapping):
        raise Refused(f"Invalid {part}: expected objects")
    object_id = item.get("objectID")
    if not isinstance(object_id, str) or not object_id:
        raise Refused(f"Invalid {part}: missing objectID")
    checked = {name: value for name, value in item.items() if name != "_highlightResult"}
    _VALIDATE[part](checked)
    return checked


def _discard(items: dict[str, Body], object_id: str) -> None:
    items.pop(object_id, None)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return []


def _holding(query: Any, where: Sequence[str]) -> Callable[[Body], bool]:
    """Make what tells whether an item holds every word of a query in one of these fields."""
    if not isinstance(query, str | None):
        raise Refused("query must be a string")
    words = (query or "").lower().split()

    def holds(item: Body) -> bool:
        text = " ".join(_strings([item.get(name) for name in where])).lower() if words else ""
        return all(word in text for word in words)

    return holds


def _highlighted(item: Mapping[str, Any], query: str) -> dict[str, Any]:
    words = query.lower().split()

    def mark(value: Any) -> Any:
        if isinstance(value, str):
            found = [word for word in words if word in value.lower()]
            return {"value": value, "matchLevel": "full" if found else "none", "matchedWords": found}
        if isinstance(value, list):
            return [mark(inner) for inner in value]
        return None

    shown = {name: mark(value) for name, value in item.items() if name not in {"objectID"}}
    return {name: value for name, value in shown.items() if value is not None}
