"""Rules: which apply to a search, in which order, and what they change.

Precedence (Algolia's "Rule matching algorithm" guide): earlier match, longer match, anchoring (is, startsWith,
endsWith, contains), context, filters, literals before placeholders; then objectID (undocumented choice).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.mock_algolia.engine.parameters import filter_grammar as grammar
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


@dataclass
class Applied:
    """What the rules changed."""

    params: dict[str, Any]
    rules: list[str] = field(default_factory=list)
    user_data: list[Any] = field(default_factory=list)
    promoted: list[tuple[int, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    filter_promotes: bool = False
    rendering: dict[str, Any] | None = None
    redirect: Any = None


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
    """Whether a rule is enabled and inside its validity."""
    if rule.get("enabled") is False:
        return False
    periods = rule.get("validity") or []
    return not periods or any(period["from"] <= now <= period["until"] for period in periods)


def apply_rules(
    rules: Sequence[Mapping[str, Any]],
    params: Mapping[str, Any],
    settings: Settings,
    facets: FacetValues,
    alike: Alike,
    now: float | None = None,
) -> Applied:
    """Change a search as the matching rules say."""
    out = Applied(dict(params))
    text = str(params.get("query") or "")
    words = settings.tokenizer.words(text)
    active = (*grammar.parse(params.get("filters")), *grammar.facet_filters(params.get("facetFilters")))
    moment = time.time() if now is None else now
    found = [
        match
        for rule in rules
        if in_force(rule, moment) and (match := _match(rule, words, params, active, settings, facets, alike))
    ]
    removed: set[int] = set()
    replaced: dict[int, list[str]] = {}
    whole: str | None = None
    taken: set[str] = set()
    for match in sorted(found, key=lambda one: one.order):
        consequence = match.rule["consequence"]
        out.rules.append(str(match.rule["objectID"]))
        changes = dict(consequence.get("params") or {})
        new_query = changes.pop("query", None)
        if isinstance(new_query, str):
            whole = new_query if whole is None else whole
        elif isinstance(new_query, Mapping):
            _edit(new_query, match, words, settings, removed, replaced)
        _automatic(out.params, changes.pop("automaticFacetFilters", None), match, "facetFilters")
        _automatic(out.params, changes.pop("automaticOptionalFacetFilters", None), match, "optionalFilters")
        if (rendering := changes.pop("renderingContent", None)) and out.rendering is None:
            out.rendering = dict(rendering)
        _merge(out.params, changes, taken)
        for promote in consequence.get("promote") or []:
            ids = promote.get("objectIDs")
            ids = [promote["objectID"]] if ids is None else ids
            out.promoted.extend((promote["position"] + at, str(one)) for at, one in enumerate(ids))
        out.hidden.update(str(one["objectID"]) for one in consequence.get("hide") or [])
        out.filter_promotes = out.filter_promotes or bool(consequence.get("filterPromotes"))
        if consequence.get("userData") is not None:
            out.user_data.append(consequence["userData"])
        out.redirect = out.redirect or consequence.get("redirect")
    if whole is not None:
        out.params["query"] = whole
    elif removed or replaced:
        kept: list[str] = []
        for at, word in enumerate(words):
            kept.extend(replaced.get(at, []))
            if at not in removed:
                kept.append(word)
        out.params["query"] = " ".join(kept)
    return out


def _edit(
    change: Mapping[str, Any],
    match: Match,
    words: Sequence[str],
    settings: Settings,
    removed: set[int],
    replaced: dict[int, list[str]],
) -> None:
    edits = list(change.get("edits") or [])
    words_off = change.get("remove") or []
    edits.extend(
        {"type": "remove", "delete": word} for word in ([words_off] if isinstance(words_off, str) else words_off)
    )
    for edit in edits:
        target = str(edit.get("delete", ""))
        if target.startswith("{facet:"):
            target = match.facets.get(target[7:-1].strip(), "")
        wanted = settings.tokenizer.words(target)
        for at in range(len(words) - len(wanted) + 1):
            span = range(at, at + len(wanted))
            if wanted and list(words[at : at + len(wanted)]) == wanted and not removed.intersection(span):
                removed.update(span)
                if edit.get("type") == "replace":
                    replaced[at] = settings.tokenizer.words(str(edit.get("insert", "")))


def _listed(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str):
        return list(grammar.listed(value, name))
    return list(value)


def _automatic(params: dict[str, Any], wanted: Any, match: Match, name: str) -> None:
    if not wanted:
        return
    either: list[str] = []
    both: list[Any] = []
    for entry in wanted if isinstance(wanted, list) else [wanted]:
        spec = {"facet": entry} if isinstance(entry, str) else dict(entry)
        facet = str(spec["facet"])
        value = match.facets.get(facet)
        if value is None:
            continue
        sign = "-" if spec.get("negative") else ""
        score = f"<score={int(spec['score'])}>" if spec.get("score") is not None else ""
        (either if spec.get("disjunctive") else both).append(f"{facet}:{sign}{value}{score}")
    if either:
        both.append(either)
    if both:
        params[name] = [*_listed(params.get(name), name), *both]


def _merge(params: dict[str, Any], changes: Mapping[str, Any], taken: set[str]) -> None:
    for name, value in changes.items():
        if value is None:
            continue
        if name == "filters" and params.get("filters"):
            params["filters"] = f"{_grouped(params['filters'])} AND {_grouped(value)}"
        elif name in ("facetFilters", "numericFilters", "tagFilters", "optionalFilters"):
            params[name] = [*_listed(params.get(name), name), *_listed(value, name)]
        elif name in ("optionalWords", "analyticsTags"):
            known = params.get(name) or []
            params[name] = [
                *([known] if isinstance(known, str) else known),
                *([value] if isinstance(value, str) else value),
            ]
        elif name not in taken:
            params[name] = value
            taken.add(name)


def _grouped(text: str) -> str:
    groups = grammar.parse(text)
    return f"({text})" if len(groups) == 1 and len(groups[0]) > 1 and not text.strip().startswith("(") else text
