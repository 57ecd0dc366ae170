"""From the parameters of a search as they were sent to what it asks: checked, completed, and changed by rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rapidfuzz.distance import OSA

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.language.languages import plural_forms
from services.mock_algolia.engine.parameters.schema import search_params
from services.mock_algolia.engine.query.asked_before import asked_before
from services.mock_algolia.engine.query.rule_matching import Alike, Rules
from services.mock_algolia.engine.query.rules import apply_rules
from services.mock_algolia.engine.query.search_request import SearchRequest, languages, resolver


def read_request(params: Mapping[str, Any], reader: Reader, rules: Rules) -> SearchRequest:
    """Read a search over the settings of its index; BadRequest for a wrong parameter."""
    settings = reader.settings
    if rules.wait_for_other_words(_query(params)) and (known := asked_before(params, settings)) is not None:
        return known
    given = _implied(search_params(params))
    if rules.wait_for_other_words(_query(given)) or not given.get("enableRules", settings["enableRules"]):
        return SearchRequest.of(given, settings)
    changed, effects = apply_rules(
        rules, given, settings, lambda name: _facet_values(reader, name), _alike(given, reader)
    )
    return SearchRequest.of(search_params(changed), settings, effects, _query(given))


def _query(params: Mapping[str, Any]) -> str:
    return str(params.get("query") or "")


def _implied(params: dict[str, Any]) -> dict[str, Any]:
    """Add what `naturalLanguages` and `similarQuery` stand for."""
    if params.get("naturalLanguages"):
        spoken = params["naturalLanguages"]
        params.setdefault("removeStopWords", spoken)
        params.setdefault("ignorePlurals", spoken)
        params.setdefault("removeWordsIfNoResults", "allOptional")
        params["ruleContexts"] = [*(params.get("ruleContexts") or []), "natural_language"]
    if params.get("similarQuery"):
        params.update(query=params["similarQuery"], queryType="prefixNone", removeStopWords=True)
    return params


def _facet_values(reader: Reader, name: str) -> Iterable[str]:
    if name not in reader.settings.faceting:
        return ()
    view = reader.facet(name)
    return view.values[: len(view.numbers)]


def _alike(params: Mapping[str, Any], reader: Reader) -> Alike:
    """Make what tells the same words apart for a rule with `alternatives`: plurals, synonyms, typos."""
    spoken = languages("ignorePlurals", resolver(params, reader.settings)) or ("en",)

    def alike(pattern: str, word: str) -> bool:
        if pattern == word or word in plural_forms(pattern, spoken, reader.dictionaries):
            return True
        if any(alternative.words == (pattern,) for alternative in reader.synonyms.of([word])):
            return True
        return len(word) >= 4 and OSA.distance(pattern, word) <= (2 if len(word) >= 8 else 1)

    return alike
