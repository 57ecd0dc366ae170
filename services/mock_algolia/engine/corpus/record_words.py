"""The searchable words of every record, one after the other, as the loops read them (see `kernels.layout`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from services.mock_algolia.engine.arrays import Growable
from services.mock_algolia.engine.corpus.vocabulary import Words
from services.mock_algolia.engine.kernels.layout import GAP
from services.mock_algolia.engine.language.tokenizer import PLACEHOLDER
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.values import reach

MAX_POSITION = 0xFFFF
MAX_ATTRIBUTES = 0x3FFF


class RecordWords:
    """Term numbers and infos by record, those of a slot from `starts[slot]`; and the attributes they stand in."""

    def __init__(self, settings: Settings, words: Words) -> None:
        self._settings = settings
        self._words = words
        self.starts = Growable(np.int64)
        self.starts.append(0)
        self.terms = Growable(np.int32)
        self.infos = Growable(np.uint32)
        self.attributes: list[str] = [found.path for found in settings.searchable]
        self.attribute_of = {path: at for at, path in enumerate(self.attributes)}

    def extend(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Read the next records."""
        terms: list[int] = []
        infos: list[int] = []
        starts: list[int] = []
        offset = self.terms.size
        searchable = bool(self._settings.searchable)
        for record in records:
            if searchable:
                for at, path in enumerate(self.attributes):
                    self._attribute_words(at, path, _texts(reach(record, path)), terms, infos)
            else:
                for name, value in record.items():
                    if name not in ("objectID", "_tags", "_geoloc"):
                        self._any_words(name, value, terms, infos)
            starts.append(offset + len(terms))
        self.terms.extend(np.array(terms, np.int32))
        self.infos.extend(np.array(infos, np.uint32))
        self.starts.extend(np.array(starts, np.int64))

    def _any_words(self, path: str, value: Any, terms: list[int], infos: list[int]) -> None:
        if isinstance(value, Mapping):
            for name, inner in value.items():
                self._any_words(f"{path}.{name}", inner, terms, infos)
            return
        texts = list(_texts([value]))
        if not texts:
            return
        at = self.attribute_of.get(path)
        if at is None:
            at = min(len(self.attributes), MAX_ATTRIBUTES)
            if at == len(self.attributes):
                self.attributes.append(path)
            self.attribute_of[path] = at
        self._attribute_words(at, path, texts, terms, infos)

    def _attribute_words(self, at: int, path: str, texts: Iterable[str], terms: list[int], infos: list[int]) -> None:
        """Append the words of one attribute: term numbers, and `attribute | alone | position` (see kernels)."""
        tokenizer = self._settings.tokenizer
        known, number = self._words.numbers, self._words.number
        camel = path in (self._settings["camelCaseAttributes"] or ())
        base = at << 17
        position = 0
        for text in texts:
            if camel:
                placed = tokenizer.camel_words(text)
                alone = int(len(placed) == 1) << 16
                last = 0
                for word, last in placed:
                    terms.append(number(word))
                    infos.append(base | alone | min(position + last, MAX_POSITION))
                position += last + GAP
                continue
            words = tokenizer.words(text)
            if "<" in text:
                for found in PLACEHOLDER.finditer(text):
                    before = len(tokenizer.words(text[: found.start()]))
                    terms.append(number(found.group().lower()))
                    infos.append(base | min(position + before, MAX_POSITION))
            try:
                terms += [known[word] for word in words]
            except KeyError:
                terms += [number(word) for word in words]
            size = len(words)
            if position + size <= MAX_POSITION:
                first = base | (int(size == 1) << 16) | position
                infos.extend(range(first, first + size))
            else:
                infos.extend(base | min(position + step, MAX_POSITION) for step in range(size))
            position += size + GAP - 1


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, bool) or value is None:
            continue
        elif isinstance(value, (int, float)):
            yield str(value)
        elif isinstance(value, Mapping):
            yield from _texts(value.values())
        else:
            yield from _texts(value)
