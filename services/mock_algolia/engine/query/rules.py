"""Rules change a search: its parameters, and which records are promoted or hidden."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters import filter_lists as lists
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.rule_matching import Alike, FacetValues, Match, Rules
from services.mock_algolia.engine.query.search_request import NO_EFFECTS, RuleEffects


def apply_rules(
    rules: Rules,
    params: Mapping[str, Any],
    settings: Settings,
    facets: FacetValues,
    alike: Alike,
) -> tuple[dict[str, Any], RuleEffects]:
    """Change a search as the rules that match it say: (its parameters, not yet checked; what else they did)."""
    words = settings.tokenizer.words(str(params.get("query") or ""))
    found = rules.matching(params, words, facets, alike, time.time())
    return _changed(params, found, words, settings), _effects(found) if found else NO_EFFECTS


def _changed(
    params: Mapping[str, Any], found: Sequence[Match], words: Sequence[str], settings: Settings
) -> dict[str, Any]:
    out = dict(params)
    removed: set[int] = set()
    replaced: dict[int, list[str]] = {}
    whole: str | None = None
    taken: set[str] = set()
    for match in found:
        changes = dict(match.rule["consequence"].get("params") or {})
        changes.pop("renderingContent", None)
        new_query = changes.pop("query", None)
        if isinstance(new_query, str):
            whole = new_query if whole is None else whole
        elif isinstance(new_query, Mapping):
            _edit(new_query, match, words, settings, removed, replaced)
        _automatic(out, changes.pop("automaticFacetFilters", None), match, "facetFilters")
        _automatic(out, changes.pop("automaticOptionalFacetFilters", None), match, "optionalFilters")
        _merge(out, changes, taken)
    if whole is not None:
        out["query"] = whole
    elif removed or replaced:
        kept: list[str] = []
        for at, word in enumerate(words):
            kept.extend(replaced.get(at, []))
            if at not in removed:
                kept.append(word)
        out["query"] = " ".join(kept)
    return out


def _effects(found: Sequence[Match]) -> RuleEffects:
    promoted: list[tuple[int, str]] = []
    hidden: set[str] = set()
    user_data: list[Any] = []
    renderings: list[Mapping[str, Any]] = []
    consequences = [match.rule["consequence"] for match in found]
    for consequence in consequences:
        for promote in consequence.get("promote") or []:
            ids = promote.get("objectIDs")
            ids = [promote["objectID"]] if ids is None else ids
            promoted.extend((promote["position"] + at, str(one)) for at, one in enumerate(ids))
        hidden.update(str(one["objectID"]) for one in consequence.get("hide") or [])
        if consequence.get("userData") is not None:
            user_data.append(consequence["userData"])
        if rendering := (consequence.get("params") or {}).get("renderingContent"):
            renderings.append(rendering)
    return RuleEffects(
        tuple(str(match.rule["objectID"]) for match in found),
        tuple(user_data),
        tuple(promoted),
        frozenset(hidden),
        any(consequence.get("filterPromotes") for consequence in consequences),
        renderings[0] if renderings else None,
    )


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
        return list(lists.listed(value, name))
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
