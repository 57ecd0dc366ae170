"""The documented shape of a rule, checked before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters import filter_lists as lists
from services.mock_algolia.engine.parameters.schema import search_params

FIELDS = {
    "a rule": "objectID conditions condition consequence description enabled validity tags scope _metadata",
    "a condition": "pattern anchoring alternatives context filters",
    "consequence": "params promote filterPromotes hide redirect userData",
    "a promotion": "objectID objectIDs position",
    "a hidden record": "objectID",
    "redirect": "indexName",
    "a validity period": "from until",
    "query": "remove edits",
    "an edit": "type delete insert",
    "an automatic filter": "facet score disjunctive negative",
}
"""What each part of a rule may hold; `_metadata` stands in what Algolia exports."""
_KNOWN = {part: frozenset(names.split()) for part, names in FIELDS.items()}
_IDENTITY = re.compile(r"[A-Za-z0-9_-]+")
ANCHORINGS = ("is", "startsWith", "endsWith", "contains")
MAX_CONDITIONS, MAX_PROMOTED, MAX_PROMOTED_TOGETHER, MAX_HIDDEN, MAX_USER_DATA = 25, 300, 100, 50, 1000


def conditions_of(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the conditions; old rules have one `condition`."""
    many = rule.get("conditions")
    if many:
        return list(many)
    one = rule.get("condition")
    return [one] if one else []


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadRequest(f"{name} must be an object")
    return value


def _part(value: Any, name: str, kind: str | None = None) -> Mapping[str, Any]:
    """Give an object that holds nothing but what is documented for it."""
    found = _object(value, name)
    if strange := found.keys() - _KNOWN[kind or name]:
        raise BadRequest(f"unknown attribute `{min(strange)}` in {name}")
    return found


def _array(value: Any, name: str, most: int | None = None) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRequest(f"{name} must be an array")
    if most is not None and len(value) > most:
        raise BadRequest(f"{name} may hold {most} at most")
    return value


def _text(value: Any, name: str) -> None:
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{name} must be a string")


def _whole(value: Any, name: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadRequest(f"{name} must be a whole number that is not negative")


def validate_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule as it will be stored; BadRequest where the documented shape is broken."""
    if not isinstance(rule, Mapping):
        raise BadRequest("Invalid rule: expected an object")
    identity = rule.get("objectID")
    if not isinstance(identity, str) or not identity:
        raise BadRequest("objectID is required in a rule")
    if not _IDENTITY.fullmatch(identity):
        raise BadRequest(f"Invalid `objectID`: bad format (expecting `[A-Za-z0-9_-]+`): {identity}")
    _part(rule, "a rule")
    consequence = _part(rule.get("consequence") or {}, "consequence")
    _array(rule.get("conditions"), "conditions")
    if rule.get("condition") is not None:
        _object(rule["condition"], "condition")
    conditions = conditions_of(rule)
    if len(conditions) > MAX_CONDITIONS:
        raise BadRequest(f"at most {MAX_CONDITIONS} conditions are allowed")
    for condition in conditions:
        _condition(_part(condition, "a condition"))
    if consequence.get("params") is not None:
        _params(_object(consequence["params"], "consequence.params"))
    for promote in _array(consequence.get("promote"), "consequence.promote", MAX_PROMOTED):
        one = _part(promote, "a promotion")
        _whole(one.get("position"), "promote.position")
        if one.get("objectIDs") is not None:
            for item in _array(one["objectIDs"], "promote.objectIDs", MAX_PROMOTED_TOGETHER):
                _text(item, "an objectID")
        elif not isinstance(one.get("objectID"), str):
            raise BadRequest("promote needs objectID or objectIDs")
    for hidden in _array(consequence.get("hide"), "consequence.hide", MAX_HIDDEN):
        if not isinstance(_part(hidden, "a hidden record").get("objectID"), str):
            raise BadRequest("hide needs objectID")
    if not consequence:
        raise BadRequest("A rule must have at least one consequence (`consequence.*`)")
    if consequence.get("redirect") is not None:
        redirect = _part(consequence["redirect"], "redirect")
        if not isinstance(redirect.get("indexName"), str):
            raise BadRequest("redirect needs indexName")
    if len(orjson.dumps(consequence.get("userData"))) > MAX_USER_DATA:
        raise BadRequest(f"userData may hold {MAX_USER_DATA} bytes at most")
    for period in _array(rule.get("validity"), "validity"):
        one = _part(period, "a validity period")
        for name in ("from", "until"):
            _whole(one.get(name), f"validity.{name}")
    return dict(rule)


def _condition(condition: Mapping[str, Any]) -> None:
    anchoring, pattern = condition.get("anchoring"), condition.get("pattern")
    for name in ("pattern", "anchoring", "context", "filters"):
        _text(condition.get(name), name)
    if anchoring is not None and anchoring not in ANCHORINGS:
        raise BadRequest(f'invalid anchoring "{anchoring}", expected one of: {", ".join(ANCHORINGS)}')
    if anchoring is not None and pattern is None:
        raise BadRequest("an anchoring needs a pattern")
    if pattern == "" and anchoring != "is":
        raise BadRequest("An empty pattern is only allowed when `anchoring` = `is`")
    if condition.get("context") and not _IDENTITY.fullmatch(condition["context"]):
        raise BadRequest("Invalid `context`: bad format (expecting `[A-Za-z0-9_-]+`)")
    for group in grammar.parse(condition.get("filters")):
        if len(group) > 1 or group[0].kind == "numeric":
            raise BadRequest("the filters of a condition may hold neither OR nor numeric filters")


def _params(params: Mapping[str, Any]) -> None:
    own = ("query", "automaticFacetFilters", "automaticOptionalFacetFilters")
    search_params({name: value for name, value in params.items() if name not in own})
    for name, read in (
        ("filters", grammar.parse), ("facetFilters", lists.facet_filters),
        ("numericFilters", lists.numeric_filters),
        ("tagFilters", lists.tag_filters), ("optionalFilters", lists.optional_filters),
    ):  # fmt: skip
        read(params.get(name))
    query = params.get("query")
    if isinstance(query, Mapping):
        _part(query, "query")
        removed = query.get("remove")
        for word in [removed] if isinstance(removed, str) else _array(removed, "query.remove"):
            _text(word, "a removed word")
        for edit in _array(query.get("edits"), "query.edits"):
            one = _part(edit, "an edit")
            _text(one.get("delete"), "edit.delete")
            _text(one.get("insert"), "edit.insert")
            if one.get("type") not in ("remove", "replace"):
                raise BadRequest('edit.type must be "remove" or "replace"')
    elif query is not None and not isinstance(query, str):
        raise BadRequest("query must be a string or an object")
    for name in own[1:]:
        value = params.get(name)
        for entry in value if isinstance(value, list) else [] if value is None else [value]:
            if isinstance(entry, str):
                continue
            spec = _part(entry, f"an entry of {name}", "an automatic filter")
            if not isinstance(spec.get("facet"), str):
                raise BadRequest(f"an entry of {name} needs a facet")
            if spec.get("score") is not None:
                _whole(spec["score"], "score")
