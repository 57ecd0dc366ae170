"""Facets: counts and statistics over matching records, and search among facet values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import OSA

from services.mock_algolia.engine.arrays import Ints, Longs
from services.mock_algolia.engine.corpus.columns import FacetView
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.kernels.counting import count_values


def requested(reader: Reader, facets: Sequence[str]) -> list[str]:
    """List the facet names to count: `*` means all that are not filterOnly; undeclared ones are left out."""
    declared = reader.settings.faceting
    names = list(declared) if "*" in facets else list(dict.fromkeys(facets))
    return [name for name in names if name in declared and not declared[name].filter_only]


def counts(reader: Reader, name: str, slots: Ints) -> tuple[FacetView, Longs]:
    """Count a facet over some slots: (entries, count per value number)."""
    view = reader.facet(name)
    out = np.zeros(len(view.numbers), np.int64)
    count_values(slots, view.starts, view.ordinals, out)
    return view, out


def facet_counts(
    reader: Reader, name: str, slots: Ints, limit: int, alphabetical: bool
) -> tuple[dict[str, int], bool, dict[str, float] | None]:
    """Count a facet: (value → count, most frequent first or by value; all shown?; statistics of numbers)."""
    view, numbers = counts(reader, name, slots)
    found = np.nonzero(numbers)[0]
    whole = len(found) <= limit
    stats = _stats(view, _of_numbers(reader, name, slots, view, numbers), found)
    if alphabetical:
        texts = sorted([(view.values[at], at) for at in found.tolist()])[:limit]
        return {text: int(numbers[at]) for text, at in texts}, whole, stats
    if not whole and limit:
        edge = np.partition(numbers[found], len(found) - limit)[len(found) - limit]
        found = found[numbers[found] >= edge]
    pairs = sorted(
        [(-count, view.values[at]) for at, count in zip(found.tolist(), numbers[found].tolist(), strict=True)]
    )
    return {text: -count for count, text in pairs[:limit]}, whole, stats


def _of_numbers(reader: Reader, name: str, slots: Ints, view: FacetView, counted: Longs) -> Longs:
    """Count what is a number: where records hold the number 1 and the text "1", the text is no part of statistics."""
    if not view.both_kinds:
        return counted
    where, values = reader.numbers(name)
    counted = counted.copy()
    for at in view.both_kinds:
        counted[at] = len(np.intersect1d(slots, where[values == view.numbers[at]]))
    return counted


def _stats(view: FacetView, numbers: Longs, found: Longs) -> dict[str, float] | None:
    """Give min, max, avg and sum of a facet's numbers; None where it has none."""
    if not view.numeric:
        return None
    values = view.numbers[found]
    real = ~np.isnan(values) & (numbers[found] > 0)
    if not real.any():
        return None
    values, times = values[real], numbers[found][real]
    total = float((values * times).sum())
    made = {
        "min": float(values.min()), "max": float(values.max()), "avg": total / float(times.sum()), "sum": total,
    }  # fmt: skip
    return {key: int(value) if value.is_integer() else value for key, value in made.items()}


def _stands_for(found: str, word: str, prefix: bool) -> bool:
    """Tell whether a word of a value is the typed one, continues it, or is it but for a typo or two."""
    if found == word or (prefix and found.startswith(word)):
        return True
    typos = 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0
    return typos > 0 and abs(len(found) - len(word)) <= typos and OSA.distance(found, word) <= typos


def search_values(
    reader: Reader, name: str, slots: Ints, words: Sequence[str], limit: int, alphabetical: bool, tags: tuple[str, str]
) -> list[dict[str, Any]]:
    """Find facet values that hold every word (the last as a prefix, others whole), most frequent first."""
    view, numbers = counts(reader, name, slots)
    tokenizer = reader.settings.tokenizer
    out: list[tuple[str, int, str]] = []
    for at in np.nonzero(numbers)[0]:
        value = view.values[int(at)]
        spans = list(tokenizer.spans(value))
        marks: list[tuple[int, int]] = []
        for position, word in enumerate(words):
            prefix = position == len(words) - 1
            hit = next((span for span in spans if _stands_for(span[0], word, prefix)), None)
            if hit is None:
                break
            marks.append((hit[1], hit[2] if hit[0] == word else hit[1] + min(len(word), hit[2] - hit[1])))
        else:
            shown, last = "", 0
            for start, end in sorted(set(marks)):
                if start >= last:
                    shown += value[last:start] + tags[0] + value[start:end] + tags[1]
                    last = end
            out.append((value, int(numbers[at]), shown + value[last:]))
    out.sort(key=(lambda item: item[0]) if alphabetical else (lambda item: (-item[1], item[0])))
    return [{"value": value, "highlighted": shown, "count": count} for value, count, shown in out[:limit]]
