"""Index settings: documented defaults, modifiers parsed once, and the refusals of `setSettings`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.language.tokenizer import Tokenizer
from services.mock_algolia.engine.parameters.schema import DEFAULTS, SETTING_TYPES, check

CRITERIA = ("typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom")
_ORDER = re.compile(r"(asc|desc)\((.+)\)")
_MODIFIER = re.compile(r"(searchable|filterOnly|afterDistinct)\((.+)\)")

LEGACY = {
    "attributesToIndex": "searchableAttributes",
    "numericAttributesToIndex": "numericAttributesForFiltering",
    "slaves": "replicas",
}  # names of old clients

# Settings whose change means reading every record again.
INDEXING = (
    "searchableAttributes", "separatorsToIndex", "camelCaseAttributes", "keepDiacriticsOnCharacters",
    "customNormalization", "decompoundedAttributes", "indexLanguages",
)  # fmt: skip


@dataclass(frozen=True)
class FacetAttribute:
    """An entry of attributesForFaceting."""

    name: str
    searchable: bool = False
    filter_only: bool = False
    after_distinct: bool = False


@dataclass(frozen=True)
class Sort:
    """`asc(name)` or `desc(name)`."""

    name: str
    descending: bool


def parse_sort(text: str) -> Sort | None:
    """Read the sort of `asc(x)`/`desc(x)`, or None."""
    found = _ORDER.fullmatch(text.strip())
    return Sort(found[2].strip().strip("\"'"), found[1] == "desc") if found else None


def parse_facet(text: str) -> FacetAttribute:
    """Read an entry of attributesForFaceting with its modifiers."""
    modifiers: set[str] = set()
    while found := _MODIFIER.fullmatch(text.strip()):
        modifiers.add(found[1])
        text = found[2]
    if {"searchable", "filterOnly"} <= modifiers:
        raise BadRequest("attributesForFaceting: searchable and filterOnly cannot be combined")
    return FacetAttribute(
        text.strip().strip("\"'"), "searchable" in modifiers, "filterOnly" in modifiers, "afterDistinct" in modifiers
    )


@dataclass(frozen=True)
class Searchable:
    """A searchable attribute: its path, rank (list position), and whether earlier words count more."""

    path: str
    rank: int
    ordered: bool


def parse_searchable(entries: list[str]) -> tuple[Searchable, ...]:
    """Read the searchable attributes; a comma group shares one rank and is unordered."""
    out: list[Searchable] = []
    for rank, entry in enumerate(entries):
        parts = [part.strip() for part in entry.split(",")]
        for part in parts:
            found = re.fullmatch(r"(un)?ordered\((.+)\)", part)
            path = (found[2] if found else part).strip().strip("\"'")
            out.append(Searchable(path, rank, len(parts) == 1 and not (found and found[1])))
    return tuple(out)


class Settings(Mapping[str, Any]):
    """The settings in force: what was set, over the documented defaults."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {LEGACY.get(key, key): value for key, value in given.items() if value is not None}
        self._all = {**DEFAULTS, **self.given}
        self.asked: dict[str, Any] = {}
        """Kinds of searches that were read over these settings (`query.asked_before`)."""

    def __getitem__(self, key: str) -> Any:
        return self._all[key]

    def __iter__(self) -> Any:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def searchable(self) -> tuple[Searchable, ...]:
        """Empty: every string attribute, and the attribute criterion is off."""
        return parse_searchable(self["searchableAttributes"] or [])

    @cached_property
    def faceting(self) -> dict[str, FacetAttribute]:
        """The entries of attributesForFaceting by name; objectID is filterable, but never a facet (documented)."""
        declared = map(parse_facet, self["attributesForFaceting"] or [])
        return {found.name: found for found in declared if found.name != "objectID"}

    @cached_property
    def custom_ranking(self) -> tuple[Sort, ...]:
        """The custom criterion."""
        return tuple(found for text in self["customRanking"] or [] if (found := parse_sort(text)))

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """How texts become words."""
        custom: dict[str, str] = {}
        for table in (self["customNormalization"] or {}).values():
            custom.update({str(char): str(replacement) for char, replacement in table.items()})
        japanese = "ja" in (self["indexLanguages"] or ()) and self["attributesToTransliterate"] != []
        return Tokenizer(self["separatorsToIndex"] or "", self["keepDiacriticsOnCharacters"] or "", custom, japanese)

    @cached_property
    def indexing(self) -> tuple[str, ...]:
        """What a reindex depends on."""
        return tuple(repr(self.get(name)) for name in INDEXING)


def validate_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings as they will be stored; BadRequest for unknown names, wrong types and values."""
    if not isinstance(settings, Mapping):
        raise BadRequest("Invalid settings: expected an object")
    out: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in SETTING_TYPES:
            raise BadRequest(f"Invalid object attributes: {name}")
        if value is not None:
            check(name, value, SETTING_TYPES[name])
            if name in ("customNormalization", "decompoundedAttributes") and not all(
                isinstance(table, Mapping if name == "customNormalization" else list) for table in value.values()
            ):
                raise BadRequest(f'Invalid value for "{name}" parameter, expected tables by language')
        out[LEGACY.get(name, name)] = value
    for text in out.get("customRanking") or []:
        if parse_sort(text) is None:
            raise BadRequest(f'customRanking: invalid syntax for "{text}". Expected asc(attribute) or desc(attribute)')
    for text in out.get("ranking") or []:
        if text not in CRITERIA and parse_sort(text) is None:
            known = ", ".join(CRITERIA)
            raise BadRequest(
                f'ranking: unknown criterion "{text}". Expected {known}, asc(attribute) or desc(attribute)'
            )
    for text in out.get("attributesForFaceting") or []:
        parse_facet(text)
    return out
