"""The list forms of filters (facetFilters, numericFilters, tagFilters, optionalFilters), and all of a search as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.parameters.filter_grammar import (
    Condition,
    Conjunction,
    Kind,
    checked_score,
    number,
    parse,
)
from services.mock_algolia.engine.parameters.list_text import from_text


def listed(value: Any, name: str) -> list[list[str]]:
    """Read a list form of filters as groups of texts: AND of ORs; arrays nested deeper belong to their OR."""
    if value is None or value == "":
        return []
    value = from_text(value, _comma_list, f"Invalid syntax for {name} parameter")
    if not isinstance(value, Sequence):
        raise BadRequest(f"Invalid type for {name} parameter: expected Array")
    groups: list[list[str]] = []
    for item in value:
        if isinstance(item, str):
            groups.append([item])
        elif isinstance(item, Sequence):
            flat = _flattened(item, name)
            if flat:
                groups.append(flat)
        else:
            raise BadRequest(f"Invalid type for {name} parameter: expected String in array")
    return [[text for text in group if text.strip()] for group in groups if any(text.strip() for text in group)]


def _comma_list(text: str) -> list[Any]:
    """Read `a:1,(b:1,b:2)`: commas inside parentheses part the filters of an OR."""
    parts: list[Any] = []
    begin = at = 0
    while at < len(text):
        if text[at] == "(" and (closing := text.find(")", at)) >= 0:
            at = closing
        elif text[at] == ",":
            parts.append(text[begin:at])
            begin = at + 1
        elif text[at] == "(":
            break  # never closed: the rest is one filter
        at += 1
    out: list[Any] = []
    for part in (*parts, text[begin:]):
        plain = part.strip()
        out.append(plain[1:-1].split(",") if plain.startswith("(") and plain.endswith(")") else plain)
    return out


def _flattened(items: Sequence[Any], name: str) -> list[str]:
    out: list[str] = []
    for item in items:
        if isinstance(item, str):
            out.append(item)
        elif isinstance(item, Sequence):
            out.extend(_flattened(item, name))
        else:
            raise BadRequest(f"Invalid type for {name} parameter: expected String in array")
    return out


_SCORE = re.compile(r"^(.*)<score=(\d+)>$", re.S)


def _facet(text: str, name: str) -> Condition:
    score = 1
    if found := _SCORE.match(text):
        text, score = found.group(1), checked_score(int(found.group(2)), name)
    attribute, colon, value = text.partition(":")
    if not colon:
        raise BadRequest(f"Invalid syntax for {name} parameter: expected attribute:value, got {text}")
    attribute, value = attribute.strip(), value.strip()
    negated = attribute.startswith("-")
    if negated:
        attribute = attribute[1:]
    if value.startswith("-"):
        negated, value = not negated, value[1:]
    elif value.startswith("\\-"):
        value = value[1:]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    kind: Kind = "tag" if attribute == "_tags" else "facet"
    return Condition(kind, attribute, ":", value, negated=negated, score=score)


def facet_filters(value: Any, name: str = "facetFilters") -> Conjunction:
    """Read `["a:1", ["b:1", "b:-2"]]`: AND of ORs; `-` negates, `\\-` escapes."""
    return tuple(tuple(_facet(text, name) for text in group) for group in listed(value, name))


def tag_filters(value: Any) -> Conjunction:
    """Read tags: AND of ORs; `-tag` negates."""
    return tuple(
        tuple(
            Condition("tag", "_tags", ":", text.removeprefix("-").removeprefix("\\"), negated=text.startswith("-"))
            for text in group
        )
        for group in listed(value, "tagFilters")
    )


_OPERATOR = re.compile(r"<=|>=|!=|=|<|>")


def _numeric(text: str) -> Condition:
    """Read one comparison or range. By steps, not by one pattern: patterns with two optional gaps are not linear."""
    if operator := _OPERATOR.search(text):
        name, value = text[: operator.start()].strip(), number(text[operator.end() :])
        if name and value is not None:
            return Condition("numeric", name, operator[0], "", value, value)
    else:
        name, colon, span = text.rpartition(":")
        bounds = [number(bound) for bound in span.replace(" to ", " TO ").split(" TO ")]
        if name.strip() and colon and 1 <= len(bounds) <= 2 and None not in bounds:
            return Condition("numeric", name.strip(), "TO", "", float(bounds[0] or 0), float(bounds[-1] or 0))
    raise BadRequest(f"Invalid syntax for numeric condition: {text}")


def numeric_filters(value: Any) -> Conjunction:
    """Read `["price>10", ["a=1", "a:2 TO 3"]]`: AND of ORs."""
    return tuple(tuple(_numeric(text) for text in group) for group in listed(value, "numericFilters"))


def optional_filters(value: Any) -> Conjunction:
    """Read facetFilters with `<score=N>`; they rank, they do not exclude."""
    return facet_filters(value, "optionalFilters")


def conjunction(params: Mapping[str, Any]) -> Conjunction:
    """Read all filters of a search, of every form, as one conjunction."""
    return (
        *parse(params.get("filters")),
        *facet_filters(params.get("facetFilters")),
        *numeric_filters(params.get("numericFilters")),
        *tag_filters(params.get("tagFilters")),
    )
