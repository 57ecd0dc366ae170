"""Random values that fit a JSON schema, as the official client's own models describe their requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
_WORDS = st.sampled_from(["a", "courses", "title", "1", "", "x:y", "level", "en", "a,b", "desc(n)", "virtual(v)", "ü"])


def values(schema: Schema, root: Schema, depth: int = 0) -> st.SearchStrategy[Any]:
    """Make a strategy for the values of `schema`, whose definitions stand in `root`."""
    if "$ref" in schema:
        return values(root["$defs"][schema["$ref"].rpartition("/")[2]], root, depth)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return st.one_of([values(one, root, depth) for one in schema[several]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    match schema.get("type"):
        case "string":
            return _WORDS
        case "integer":
            return st.integers(-1, 1001)
        case "number":
            return st.one_of(st.integers(0, 100), st.floats(0, 100))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(values(schema.get("items", {}), root, depth + 1), max_size=2)
        case "object" if depth < 5 and "properties" in schema:
            return _objects(schema, root, depth)
        case "object":
            return st.dictionaries(_WORDS, _WORDS, max_size=2)
    return st.one_of(
        _WORDS, st.integers(0, 9), st.lists(_WORDS, max_size=2), st.dictionaries(_WORDS, _WORDS, max_size=1)
    )


def _objects(schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    known = {
        name: one
        for name, one in schema["properties"].items()
        if not name.startswith(("oneof_schema", "anyof_schema", "one_of_schemas", "any_of_schemas", "actual_instance"))
    }
    if not known:  # the client's wrapper of a union: its instance is what travels
        return values(schema["properties"]["actual_instance"], root, depth + 1)
    required = set(schema.get("required", ()))

    @st.composite
    def objects(draw: st.DrawFn) -> dict[str, Any]:
        few = draw(st.lists(st.sampled_from(sorted(known)), max_size=4, unique=True))
        return {
            name: draw(values(known[name], root, depth + 1)) for name in sorted(required | set(few)) if name in known
        }

    return objects()
