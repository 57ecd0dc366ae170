"""The key behind a request: its rights, its restrictions, and what it forces on every search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.mock_algolia.engine.parameters.filter_grammar import parse
from services.mock_algolia.errors import Refused

ADMIN_RIGHTS = frozenset(
    """
    addObject analytics browse deleteObject deleteIndex editSettings inference listIndexes logs personalization
    recommendation search seeUnretrievableAttributes settings usage
    """.split()
)
RIGHTS = ADMIN_RIGHTS | frozenset(
    """
    nluWriteProject nluReadProject nluWriteEntity nluReadEntity nluWriteIntent nluReadIntent nluPrediction
    nluReadAnswers
    """.split()
)
"""Every right an API key may be given (`Acl` of the API specification)."""


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name fits a restriction: equal to it, or `*` at its ends standing for anything."""
    if pattern == "*":
        return True
    head, tail = pattern.startswith("*"), pattern.endswith("*")
    core = pattern[1 if head else 0 : len(pattern) - 1 if tail else len(pattern)]
    if head and tail:
        return core in name
    if head:
        return name.endswith(core)
    if tail:
        return name.startswith(core)
    return name == core


@dataclass(frozen=True)
class Caller:
    """An authenticated caller.

    `index_patterns` holds one group of patterns per layer (the key, its secured key): an index must fit every layer.
    `made_from` is the key behind a secured one.
    `forced` holds search parameters that the caller cannot change; `filters` are AND-merged into every search.
    """

    key: str
    rights: frozenset[str]
    is_admin: bool = False
    index_patterns: tuple[tuple[str, ...], ...] = ()
    forced: Mapping[str, Any] = field(default_factory=dict)
    filters: tuple[str, ...] = ()
    max_hits: int = 0
    ip: str = ""
    made_from: str = ""

    def needs(self, right: str) -> None:
        """Raise Refused(403) unless the key has this right."""
        if not self.may(right):
            raise Refused("Method not allowed with this API key", 403)

    def may(self, right: str) -> bool:
        """Tell whether the key has this right; every key has none, the admin's all."""
        return self.is_admin or not right or right in self.rights

    @property
    def sees_unretrievable(self) -> bool:
        """Whether records are shown with their `unretrievableAttributes`."""
        return self.is_admin or "seeUnretrievableAttributes" in self.rights

    def may_use(self, index: str) -> bool:
        """Tell whether the key's restrictions allow this index."""
        return all(any(matches(pattern, index) for pattern in layer) for layer in self.index_patterns)

    def needs_index(self, index: str) -> None:
        """Raise Refused(403) unless the key may use this index."""
        if self.index_patterns and not self.may_use(index):
            raise Refused("Index not allowed with this API key", 403)

    def restrict(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Give the parameters the engine will see: the caller's own, under what the key forces on them."""
        if not self.forced and not self.filters and not self.max_hits:
            return dict(params)
        merged = {**params, **self.forced}
        asked = params.get("filters")
        if self.filters and isinstance(asked, str):
            parse(asked)  # alone, so that nothing in it reaches beyond the AND that joins it to the key's
        parts = [*self.filters, *([asked] if isinstance(asked, str) and asked.strip() else [])]
        if asked is not None and not isinstance(asked, str):
            raise Refused("filters must be a string")
        if parts:
            merged["filters"] = " AND ".join(parts)  # OR binds tighter, and parentheses may not hold both
        if self.max_hits:
            for name in ("hitsPerPage", *(("length",) if "length" in merged else ())):
                asked_hits = merged.get(name, 20)
                if isinstance(asked_hits, str) and asked_hits.isdecimal():
                    asked_hits = int(asked_hits)
                if isinstance(asked_hits, int) and not isinstance(asked_hits, bool):
                    merged[name] = min(asked_hits, self.max_hits)
        return merged
