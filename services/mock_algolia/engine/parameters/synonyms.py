"""Synonyms: what else may stand for a run of query words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.language.tokenizer import Tokenizer

KINDS = ("synonym", "onewaysynonym", "altcorrection1", "altcorrection2", "placeholder")
FIELDS = frozenset("objectID type synonyms input word corrections placeholder replacements".split())
_NEEDS = {
    "synonym": (("synonyms",),),
    "onewaysynonym": (("input",), ("synonyms",)),
    "altcorrection1": (("word",), ("corrections",)),
    "altcorrection2": (("word",), ("corrections",)),
    "placeholder": (("placeholder",), ("replacements",)),
}


def validate_synonym(synonym: Mapping[str, Any]) -> dict[str, Any]:
    """Return the synonym as it will be stored; BadRequest when a documented field is missing or wrong."""
    if not isinstance(synonym, Mapping):
        raise BadRequest("Invalid synonym: expected an object")
    identity = synonym.get("objectID")
    if not isinstance(identity, str) or not identity:
        raise BadRequest("objectID is required in a synonym")
    if strange := synonym.keys() - FIELDS:
        raise BadRequest(f'Unknown attribute "{min(strange)}" in synonym "{identity}"')
    kind = str(synonym.get("type")).lower()
    if kind not in _NEEDS:
        raise BadRequest(
            f'Invalid synonym type "{synonym.get("type")}", '
            "expected one of: synonym, oneWaySynonym, altCorrection1, altCorrection2, placeholder"
        )
    for names in _NEEDS[kind]:
        name = names[0]
        value = synonym.get(name)
        if name in ("input", "word", "placeholder"):
            if not isinstance(value, str) or not value.strip():
                raise BadRequest(f'"{name}" is required in a synonym of type {kind}')
        elif (
            not isinstance(value, list)
            or not value
            or not all(isinstance(item, str) and item.strip() for item in value)
        ):
            raise BadRequest(f'"{name}" must be a non-empty array of strings in a synonym of type {kind}')
    if kind == "synonym" and len(synonym["synonyms"]) > 20:
        raise BadRequest("A synonym can have at most 20 entries")
    return dict(synonym)


@dataclass(frozen=True)
class Alternative:
    """Words that may stand for a run of query words, at a cost in typos."""

    words: tuple[str, ...]
    typos: int
    synonym: bool = True


class Synonyms:
    """All synonyms of an index by the words they replace."""

    def __init__(self, synonyms: Sequence[Mapping[str, Any]], tokenizer: Tokenizer) -> None:
        self.longest = 0
        self._table: dict[tuple[str, ...], list[Alternative]] = {}
        for entry in synonyms:
            kind = str(entry.get("type", "synonym")).lower()
            if kind == "placeholder":
                mark = f"<{str(entry['placeholder']).strip('<>').lower()}>"
                for text in entry.get("replacements", ()):
                    self._add(tuple(tokenizer.words(text)), Alternative((mark,), 0))
                continue
            if kind == "synonym":
                groups = [tuple(tokenizer.words(text)) for text in entry.get("synonyms", ())]
                for source in groups:
                    for target in groups:
                        if source != target:
                            self._add(source, Alternative(target, 0))
                continue
            name = "input" if kind == "onewaysynonym" else "word"
            source = tuple(tokenizer.words(str(entry.get(name, ""))))
            typos = {"onewaysynonym": 0, "altcorrection1": 1, "altcorrection2": 2}.get(kind, 0)
            for text in entry.get("synonyms" if kind == "onewaysynonym" else "corrections", ()):
                self._add(source, Alternative(tuple(tokenizer.words(text)), typos))

    def _add(self, source: tuple[str, ...], alternative: Alternative) -> None:
        if source and alternative.words:
            self.longest = max(self.longest, len(source))
            known = self._table.setdefault(source, [])
            if alternative not in known:
                known.append(alternative)

    def of(self, words: Sequence[str]) -> list[Alternative]:
        """List the alternatives of exactly this run of words."""
        return self._table.get(tuple(words), [])
