"""Which rules match a search, and in which order they are heard.

Precedence (Algolia's "Rule matching algorithm" guide): earlier match, longer match, anchoring (is, startsWith,
endsWith, contains), context, filters, literals before placeholders; then objectID (undocumented choice).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters import filter_lists as lists
from services.mock_algolia.engine.parameters.rule_shape import ANCHORINGS, conditions_of
from services.mock_algolia.engine.parameters.settings import Settings

Alike = Callable[[str, str], bool]
FacetValues = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class Match:
    """A rule that applies, and where: query words [start, end), and the facet values its placeholders caught."""

    rule: Mapping[str, Any]
    start: int
    end: int
    facets: Mapping[str, str]
    order: tuple[Any, ...]


def _find(
    pattern: Sequence[str], words: Sequence[str], anchoring: str, facets: FacetValues, settings: Settings, alike: Alike
) -> tuple[int, int, dict[str, str]] | None:
    def from_here(at: int, rest: Sequence[str], caught: dict[str, str]) -> tuple[int, dict[str, str]] | None:
        if not rest:
            return at, caught
        head = rest[0]
        if head.startswith("{facet:"):
            name = head[7:-1].strip()
            choices = [(tuple(settings.tokenizer.words(value)), value) for value in facets(name)]
            for value_words, value in sorted(choices, key=lambda choice: -len(choice[0])):
                if value_words and tuple(words[at : at + len(value_words)]) == value_words:
                    done = from_here(at + len(value_words), rest[1:], {**caught, name: value})
                    if done:
                        return done
            return None
        if at < len(words) and alike(head, words[at]):
            return from_here(at + 1, rest[1:], caught)
        return None

    if not pattern:
        return (0, 0, {}) if not words else None
    starts = [0] if anchoring in ("is", "startsWith") else range(len(words))
    for start in starts:
        done = from_here(start, pattern, {})
        if done and (anchoring in ("startsWith", "contains") or done[0] == len(words)):
            return start, done[0], done[1]
    return None


def _pattern(text: str, settings: Settings) -> list[str]:
    out: list[str] = []
    rest = text
    while (at := rest.find("{facet:")) >= 0 and (end := rest.find("}", at)) >= 0:
        out.extend(settings.tokenizer.words(rest[:at]))
        out.append(rest[at : end + 1])
        rest = rest[end + 1 :]
    return [*out, *settings.tokenizer.words(rest)]


def _flat(groups: grammar.Conjunction) -> set[tuple[Any, ...]]:
    return {
        (one.kind, one.attribute, one.op, one.value.casefold(), one.low, one.high, one.negated)
        for group in groups
        for one in group
    }


def _match(
    rule: Mapping[str, Any],
    words: Sequence[str],
    params: Mapping[str, Any],
    active: grammar.Conjunction,
    settings: Settings,
    facets: FacetValues,
    alike: Alike,
) -> Match | None:
    conditions = conditions_of(rule)
    identity = str(rule.get("objectID"))
    if not conditions:
        return Match(rule, 0, 0, {}, (0, 0, 4, 1, 1, 0, identity))
    best: Match | None = None
    for condition in conditions:
        context = condition.get("context")
        if context and context not in (params.get("ruleContexts") or ()):
            continue
        needed = _flat(grammar.parse(condition.get("filters")))
        if needed and not needed <= _flat(active):
            continue
        start, end, anchoring = 0, 0, 4
        caught: dict[str, str] = {}
        if condition.get("pattern") is not None:
            pattern = _pattern(condition["pattern"], settings)
            same = alike if condition.get("alternatives") else str.__eq__
            anchored = condition.get("anchoring") or "contains"
            found = _find(pattern, words, anchored, facets, settings, same)
            if found is None:
                continue
            start, end, caught = found
            anchoring = ANCHORINGS.index(anchored)
        order = (start, -(end - start + len(needed)), anchoring, not context, not needed, len(caught), identity)
        if best is None or order < best.order:
            best = Match(rule, start, end, caught, order)
    return best


def in_force(rule: Mapping[str, Any], now: float) -> bool:
    """Tell whether a rule is enabled and inside its validity."""
    if rule.get("enabled") is False:
        return False
    periods = rule.get("validity") or []
    return not periods or any(period["from"] <= now <= period["until"] for period in periods)


def matching(
    rules: Sequence[Mapping[str, Any]],
    params: Mapping[str, Any],
    words: Sequence[str],
    settings: Settings,
    facets: FacetValues,
    alike: Alike,
    now: float,
) -> list[Match]:
    """Find the rules in force that match a search, in the order in which they apply."""
    active = (*grammar.parse(params.get("filters")), *lists.facet_filters(params.get("facetFilters")))
    found = [
        match
        for rule in rules
        if in_force(rule, now) and (match := _match(rule, words, params, active, settings, facets, alike))
    ]
    return sorted(found, key=lambda one: one.order)
