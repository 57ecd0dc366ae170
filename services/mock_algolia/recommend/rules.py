"""Recommend rules: what they hide, promote and filter, once their condition holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class RulesEffect:
    """What all rules that hold do together."""

    hidden: set[str] = field(default_factory=set)
    promoted: dict[str, int] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)

    def promoted_into(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Put promoted items at their places; the rest keep their order."""
        scores = dict(ranked)
        rest = [pair for pair in ranked if pair[0] not in self.promoted]
        for object_id, position in sorted(self.promoted.items(), key=lambda pair: pair[1]):
            rest.insert(position, (object_id, scores.get(object_id, 100.0)))
        return rest


def effect_of(rules: Iterable[Mapping[str, Any]], contexts: set[str], fits: Callable[[str], bool]) -> RulesEffect:
    """Combine the enabled rules whose context is asked for and whose filters fit the source item."""
    effect = RulesEffect()
    for rule in rules:
        condition = rule.get("condition") or {}
        if rule.get("enabled", True) is False:
            continue
        if condition.get("context") and condition["context"] not in contexts:
            continue
        if condition.get("filters") and not fits(condition["filters"]):
            continue
        consequence = rule.get("consequence") or {}
        effect.hidden |= {one["objectID"] for one in consequence.get("hide") or ()}
        effect.promoted |= {one["objectID"]: one.get("position", 0) for one in consequence.get("promote") or ()}
        params = consequence.get("params") or {}
        effect.params |= {name: params[name] for name in ("filters",) if name in params}
    return effect
