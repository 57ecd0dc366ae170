"""Recommend's rules and tasks: `/1/indexes/{index}/{model}/recommend/rules`, `/1/indexes/{index}/{model}/task/{id}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mock_algolia.errors import Refused, missing_object
from services.mock_algolia.store import Store, Transaction
from services.mock_algolia.views.reading import live_index, paged
from services.mock_algolia.views.tasks import task_status
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]
MODELS = ("related-products", "bought-together", "looking-similar", "trending-facets", "trending-items")


def rules_collection(index: str, model: str) -> str:
    """Name the document collection of a model's rules."""
    return f"recommend rules {model} {index}"


_SEARCHED_BY = fields("query context page hitsPerPage enabled filters facets maxValuesPerFacet")


class RecommendRuleViews:
    """The operations on Recommend rules."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """List the operations."""
        base = f"/1/indexes/<index:index>/<any({', '.join(repr(one) for one in MODELS)}):model>"
        return [
            Route("POST", f"{base}/recommend/rules/batch", "editSettings", self.batch),
            Route(
                "POST",
                f"{base}/recommend/rules/search",
                "settings",
                self.search,
                _SEARCHED_BY,
            ),
            Route("GET", f"{base}/recommend/rules/<name:object_id>", "settings", self.get),
            Route("DELETE", f"{base}/recommend/rules/<name:object_id>", "editSettings", self.delete),
            Route("GET", f"{base}/task/<name:task_id>", "editSettings", self.status),
        ]

    def batch(self, call: Call, index: str, model: str) -> Any:
        """Add or replace rules, or all of them with `clearExistingRules` (batchRecommendRules)."""
        live_index(self._store, index)
        sent = call.json
        if isinstance(sent, Mapping) and "rules" in sent:  # as the documentation's own request shows it
            sent = sent["rules"]
        if not isinstance(sent, list):
            raise Refused("Invalid rules: expected an array")
        rules = [_checked(rule) for rule in sent]
        collection = rules_collection(index, model)
        clear = call.flag("clearExistingRules")

        def operation(transaction: Transaction) -> None:
            if clear:
                transaction.clear_documents(collection)
            for rule in rules:
                transaction.save_document(collection, rule["objectID"], rule)

        _, task, now = self._store.write(operation)
        return {"taskID": task, "updatedAt": now}

    def search(self, call: Call, index: str, model: str) -> Any:
        """Search among the rules; without a query, list them (searchRecommendRules)."""
        live_index(self._store, index)
        query, enabled, context = call.body.get("query", ""), call.body.get("enabled"), call.body.get("context")
        if not isinstance(query, str):
            raise Refused("query must be a string")
        found = [
            rule
            for rule in self._store.documents.get(rules_collection(index, model), {}).values()
            if query.lower() in f"{rule['objectID']} {rule.get('description', '')}".lower()
            and (enabled is None or rule.get("enabled", True) == enabled)
            and (context is None or (rule.get("condition") or {}).get("context") == context)
        ]
        return paged(found, call.body)

    def get(self, call: Call, index: str, model: str, object_id: str) -> Any:
        """Read a rule (getRecommendRule)."""
        live_index(self._store, index)
        rule = self._store.documents.get(rules_collection(index, model), {}).get(object_id)
        if rule is None:
            raise missing_object()
        return rule

    def delete(self, call: Call, index: str, model: str, object_id: str) -> Any:
        """Remove a rule (deleteRecommendRule)."""
        live_index(self._store, index)
        collection = rules_collection(index, model)
        _, task, now = self._store.write(lambda transaction: transaction.delete_document(collection, object_id))
        return {"taskID": task, "deletedAt": now}

    def status(self, call: Call, index: str, model: str, task_id: str) -> Any:
        """Tell whether a task is done (getRecommendStatus)."""
        return task_status(self._store, task_id)


def _checked(rule: Any) -> Body:
    if not isinstance(rule, Mapping):
        raise Refused("Invalid rules: expected objects")
    if not isinstance(rule.get("objectID"), str) or not rule["objectID"]:
        raise Refused("Invalid rule: missing objectID")
    for name in ("condition", "consequence"):
        if not isinstance(rule.get(name) or {}, Mapping):
            raise Refused(f"Invalid rule {rule['objectID']}: {name} must be an object")
    condition = rule.get("condition") or {}
    for name in ("filters", "context"):
        if not isinstance(condition.get(name) or "", str):
            raise Refused(f"Invalid rule {rule['objectID']}: {name} must be a string")
    consequence = rule.get("consequence") or {}
    for name in ("hide", "promote"):
        entries = consequence.get(name) or []
        if not isinstance(entries, list) or not all(
            isinstance(one, Mapping) and isinstance(one.get("objectID"), str) for one in entries
        ):
            raise Refused(f"Invalid rule {rule['objectID']}: {name} must be an array of objects with objectID")
        if not all(isinstance(one.get("position", 0), int) for one in entries):
            raise Refused(f"Invalid rule {rule['objectID']}: position must be an integer")
    if not isinstance(consequence.get("params") or {}, Mapping):
        raise Refused(f"Invalid rule {rule['objectID']}: params must be an object")
    return dict(rule)
