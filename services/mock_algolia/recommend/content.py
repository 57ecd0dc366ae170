"""looking-similar: records whose words resemble those of one record (cosine over TF-IDF), or whose vectors do.

Algolia compares images; a stand-in without images compares what the records say.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import Any

import orjson

_WORD = re.compile(r"\w+")
_NOT_CONTENT = {"objectID"}
Scores = dict[str, float]


class Content:
    """The words of all records of an index, ready to compare one with the rest."""

    def __init__(self, records: Mapping[str, bytes], attributes: Sequence[str]) -> None:
        self._words: dict[str, Counter[str]] = {}
        self._holders: dict[str, list[str]] = defaultdict(list)
        for object_id, body in records.items():
            words = Counter(words_of(orjson.loads(body), attributes))
            self._words[object_id] = words
            for word in words:
                self._holders[word].append(object_id)
        self._norms: dict[str, float] = {}

    def similar(self, object_id: str) -> Scores:
        """Score every record that shares a word with this one, 0 to 100; nothing if it is unknown."""
        own = self._words.get(object_id)
        if not own:
            return {}
        sums: dict[str, float] = defaultdict(float)
        for word, count in own.items():
            weight = self._weight(word)
            for other in self._holders[word]:
                sums[other] += count * self._words[other][word] * weight * weight
        norm = self._norm(object_id)
        return {
            other: min(100.0, 100 * value / (norm * self._norm(other)))
            for other, value in sums.items()
            if other != object_id and value > 0
        }

    def _weight(self, word: str) -> float:
        return log(1 + len(self._words) / len(self._holders[word])) - log(2) + 1e-9

    def _norm(self, object_id: str) -> float:
        if object_id not in self._norms:
            squares = ((count * self._weight(word)) ** 2 for word, count in self._words[object_id].items())
            self._norms[object_id] = sqrt(sum(squares)) or 1.0
        return self._norms[object_id]


def words_of(record: Mapping[str, Any], attributes: Sequence[str]) -> list[str]:
    """List the lower-case words in a record's searchable attributes (in all of them, if none are named)."""
    if not attributes:
        return _words(value for name, value in record.items() if name not in _NOT_CONTENT)
    return _words(_at(record, path.split(".")) for path in attributes)


def plain_names(searchable: Iterable[str] | None) -> list[str]:
    """Read attribute names out of `searchableAttributes`: `unordered(a)`, `a,b`."""
    names: list[str] = []
    for entry in searchable or ():
        inner = re.sub(r"^\w+\((.*)\)$", r"\1", entry.strip())
        names += [name.strip() for name in inner.split(",") if name.strip()]
    return names


def _at(value: Any, path: Sequence[str]) -> Any:
    if not path:
        return value
    if isinstance(value, list):
        return [_at(item, path) for item in value]
    return _at(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None


def _words(values: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found += _WORD.findall(value.lower())
        elif isinstance(value, list):
            found += _words(value)
        elif isinstance(value, Mapping):
            found += _words(value.values())
    return found
