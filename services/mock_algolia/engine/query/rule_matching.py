"""Which rules match a search, and in which order they are heard.

Precedence (Algolia's "Rule matching algorithm" guide): earlier match, longer match, anchoring (is, startsWith,
endsWith, contains), context, filters, literals before placeholders; then objectID (undocumented choice).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.language.tokenizer import Tokenizer
from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters import filter_lists as lists
from services.mock_algolia.engine.parameters.rule_shape import ANCHORINGS, conditions_of

Alike = Callable[[str, str], bool]
FacetValues = Callable[[str], Iterable[str]]
_PLACEHOLDER = "{facet:"


@dataclass(frozen=True)
class Match:
    """A rule that applies, and where: query words [start, end), and the facet values its placeholders caught."""

    rule: Mapping[str, Any]
    start: int
    end: int
    facets: Mapping[str, str]
    order: tuple[Any, ...]


@dataclass(frozen=True)
class _Condition:
    """A rule's condition, read once for all searches."""

    pattern: tuple[str, ...] | None
    anchoring: str
    alternatives: bool
    context: str | None
    filters: frozenset[tuple[Any, ...]]

    @classmethod
    def read(cls, condition: Mapping[str, Any], tokenizer: Tokenizer) -> _Condition:
        pattern = condition.get("pattern")
        return cls(
            pattern=None if pattern is None else tuple(_pattern(pattern, tokenizer)),
            anchoring=condition.get("anchoring") or "contains",
            alternatives=bool(condition.get("alternatives")),
            context=condition.get("context") or None,
            filters=frozenset(_flat(grammar.parse(condition.get("filters")))),
        )

    @property
    def awaited(self) -> str | None:
        """The word that a query must have; None where others stand for it, or none is needed."""
        if not self.pattern or self.alternatives or self.pattern[0].startswith(_PLACEHOLDER):
            return None
        return self.pattern[0]


@dataclass(frozen=True)
class _Rule:
    given: Mapping[str, Any]
    conditions: tuple[_Condition, ...]


class Rules:
    """The rules of an index, found by the words that they wait for: of thousands a search looks at few."""

    def __init__(self, rules: Sequence[Mapping[str, Any]], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._always: list[_Rule] = []
        self._by_word: dict[str, list[_Rule]] = {}
        for given in rules:
            rule = _Rule(given, tuple(_Condition.read(one, tokenizer) for one in conditions_of(given)))
            awaited = {condition.awaited for condition in rule.conditions} or {None}
            if None in awaited:
                self._always.append(rule)
            else:
                for word in awaited:
                    self._by_word.setdefault(str(word), []).append(rule)

    def wait_for_other_words(self, query: str) -> bool:
        """Tell whether a query has no word that any rule waits for, whatever else is searched."""
        return not self._always and self._by_word.keys().isdisjoint(self._tokenizer.words(query))

    def matching(
        self,
        params: Mapping[str, Any],
        words: Sequence[str],
        facets: FacetValues,
        alike: Alike,
        now: float,
    ) -> list[Match]:
        """Find the rules in force that match a search, in the order in which they apply."""
        looked_at = {id(rule): rule for word in words for rule in self._by_word.get(word, ())}
        active = _flat((*grammar.parse(params.get("filters")), *lists.facet_filters(params.get("facetFilters"))))
        find = _Finder(words, self._tokenizer, facets, alike)
        found = [
            match
            for rule in (*self._always, *looked_at.values())
            if in_force(rule.given, now) and (match := _match(rule, params.get("ruleContexts") or (), active, find))
        ]
        return sorted(found, key=lambda one: one.order)


def in_force(rule: Mapping[str, Any], now: float) -> bool:
    """Tell whether a rule is enabled and inside its validity."""
    if rule.get("enabled") is False:
        return False
    periods = rule.get("validity") or []
    return not periods or any(period["from"] <= now <= period["until"] for period in periods)


def _match(rule: _Rule, contexts: Sequence[str], active: set[tuple[Any, ...]], find: _Finder) -> Match | None:
    identity = str(rule.given.get("objectID"))
    if not rule.conditions:
        return Match(rule.given, 0, 0, {}, (0, 0, 4, 1, 1, 0, identity))
    best: Match | None = None
    for condition in rule.conditions:
        if condition.context and condition.context not in contexts:
            continue
        if not condition.filters <= active:
            continue
        start, end, anchoring = 0, 0, 4
        caught: dict[str, str] = {}
        if condition.pattern is not None:
            found = find(condition)
            if found is None:
                continue
            start, end, caught = found
            anchoring = ANCHORINGS.index(condition.anchoring)
        needed = len(condition.filters)
        order = (
            start, -(end - start + needed), anchoring, not condition.context, not needed, len(caught), identity
        )  # fmt: skip
        if best is None or order < best.order:
            best = Match(rule.given, start, end, caught, order)
    return best


@dataclass(frozen=True)
class _Finder:
    """Finds where a pattern stands in the words of a query: (start, end, the facet values caught)."""

    words: Sequence[str]
    tokenizer: Tokenizer
    facets: FacetValues
    alike: Alike

    def __call__(self, condition: _Condition) -> tuple[int, int, dict[str, str]] | None:
        pattern = condition.pattern
        if not pattern:
            return (0, 0, {}) if not self.words else None
        alike = self.alike if condition.alternatives else str.__eq__
        starts = [0] if condition.anchoring in ("is", "startsWith") else range(len(self.words))
        for start in starts:
            done = self._from(start, pattern, {}, alike)
            if done and (condition.anchoring in ("startsWith", "contains") or done[0] == len(self.words)):
                return start, done[0], done[1]
        return None

    def _from(
        self, at: int, rest: Sequence[str], caught: dict[str, str], alike: Alike
    ) -> tuple[int, dict[str, str]] | None:
        if not rest:
            return at, caught
        head, words = rest[0], self.words
        if head.startswith(_PLACEHOLDER):
            name = head[len(_PLACEHOLDER) : -1].strip()
            choices = [(tuple(self.tokenizer.words(value)), value) for value in self.facets(name)]
            for value_words, value in sorted(choices, key=lambda choice: -len(choice[0])):
                if value_words and tuple(words[at : at + len(value_words)]) == value_words:
                    done = self._from(at + len(value_words), rest[1:], {**caught, name: value}, alike)
                    if done:
                        return done
            return None
        if at < len(words) and alike(head, words[at]):
            return self._from(at + 1, rest[1:], caught, alike)
        return None


def _pattern(text: str, tokenizer: Tokenizer) -> list[str]:
    out: list[str] = []
    rest = text
    while (at := rest.find(_PLACEHOLDER)) >= 0 and (end := rest.find("}", at)) >= 0:
        out.extend(tokenizer.words(rest[:at]))
        out.append(rest[at : end + 1])
        rest = rest[end + 1 :]
    return [*out, *tokenizer.words(rest)]


def _flat(groups: grammar.Conjunction) -> set[tuple[Any, ...]]:
    return {
        (one.kind, one.attribute, one.op, one.value.casefold(), one.low, one.high, one.negated)
        for group in groups
        for one in group
    }
