"""Rules as code: a level or a language named in the words becomes a preference, and leaves the words.

The form is Algolia's (https://www.algolia.com/doc/api-reference/api-methods/save-rules/). The preference is an
`optionalFilters`, not a filter: a catalogue without such a course still answers, with the others. A caller that must
have the level passes it as a filter of its own.
"""

from __future__ import annotations

from typing import Any

from services.course_record.languages import LANGUAGE_NAMES
from services.course_record.levels import LEVEL_WORDS

LANGUAGE_PREPOSITIONS: dict[str, str] = {"en": "in", "es": "en", "fr": "en", "de": "auf", "pt": "em", "it": "in"}
"""How a query says "in" before a language; "learn Spanish" is a subject, "in Spanish" a language of teaching."""


def query_rules() -> list[dict[str, Any]]:
    """Build every rule of the index, each under an `objectID` that stays the same from run to run."""
    return [*_level_rules(), *_language_rules()]


def _level_rules() -> list[dict[str, Any]]:
    return [
        _rule(f"level-{level.lower()}-{number:02}", words, f"level:{level}")
        for level, phrases in LEVEL_WORDS.items()
        for number, words in enumerate(phrases)
    ]


def _language_rules() -> list[dict[str, Any]]:
    rules = []
    for code, (english, others) in LANGUAGE_NAMES.items():
        phrases = [f"in {english.lower()}", f"taught in {english.lower()}"]
        for name in others:
            phrases += [f"{preposition} {name}" for preposition in sorted(set(LANGUAGE_PREPOSITIONS.values()))]
        rules += [
            _rule(f"language-{code}-{number:02}", words, f"language:{english}") for number, words in enumerate(phrases)
        ]
    return rules


def _rule(object_id: str, words: str, preference: str) -> dict[str, Any]:
    attribute, _, value = preference.partition(":")
    return {
        "objectID": object_id,
        "description": f"“{words}” prefers {preference}",
        "enabled": True,
        "conditions": [{"pattern": words, "anchoring": "contains", "alternatives": False}],
        "consequence": {
            "params": {
                "query": {"edits": [{"type": "remove", "delete": word} for word in words.split()]},
                "optionalFilters": [preference],
            },
            # Comes back with the answer: that is how a caller learns what was understood.
            "userData": {attribute: value},
        },
    }
