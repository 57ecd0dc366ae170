"""Facets: counts and statistics over matching records, and search among facet values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.mock_algolia.engine.arrays import Ints, Longs
from services.mock_algolia.engine.columns import FacetView
from services.mock_algolia.engine.reader import Reader


def requested(reader: Reader, facets: Sequence[str]) -> list[str]:
    """The facet names to count: `*` means all that are not filterOnly; undeclared ones are left out."""
    declared = reader.settings.faceting
    names = list(declared) if "*" in facets else list(dict.fromkeys(facets))
    return [name for name in names if name in declared and not declared[name].filter_only]


def counts(reader: Reader, name: str, slots: Ints) -> tuple[FacetView, Longs]:
    """(entries, count per value number) of a facet over some slots."""
    view = reader.facet(name)
    size = len(view.numbers)
    if len(slots) == reader.snapshot.count:
        alive = reader.snapshot.alive
        chosen = view.ordinals if len(slots) == reader.slots else view.ordinals[alive[view.slots]]
    else:
        held = np.zeros(reader.slots, np.bool_)
        held[slots] = True
        chosen = view.ordinals[held[view.slots]]
    return view, np.bincount(chosen, minlength=size)


def facet_counts(reader: Reader, name: str, slots: Ints, limit: int, alphabetical: bool) -> tuple[dict[str, int], bool]:
    """(value → count, at most `limit`, all values shown?). By count, then by value; or by value."""
    view, numbers = counts(reader, name, slots)
    found = np.nonzero(numbers)[0]
    if alphabetical:
        ordered = sorted((int(at) for at in found), key=lambda at: view.values[at])[:limit]
    else:
        if len(found) > 4 * limit and limit:
            edge = np.partition(numbers[found], len(found) - limit)[len(found) - limit]
            found = found[numbers[found] >= edge]
        ordered = sorted((int(at) for at in found), key=lambda at: (-numbers[at], view.values[at]))[:limit]
    return {view.values[at]: int(numbers[at]) for at in ordered}, len(np.nonzero(numbers)[0]) <= limit


def facet_stats(reader: Reader, name: str, slots: Ints) -> dict[str, float] | None:
    """min, max, avg, sum of a facet's numbers over some slots; None where there are none."""
    entry_slots, numbers = reader.numbers(name)
    if not len(numbers):
        return None
    held = np.zeros(reader.slots, np.bool_)
    held[slots] = True
    chosen = numbers[held[entry_slots]]
    if not len(chosen):
        return None
    whole = {
        "min": float(chosen.min()), "max": float(chosen.max()), "avg": float(chosen.mean()), "sum": float(chosen.sum()),
    }  # fmt: skip
    return {key: int(value) if value.is_integer() else value for key, value in whole.items()}


def search_values(
    reader: Reader, name: str, slots: Ints, words: Sequence[str], limit: int, alphabetical: bool, tags: tuple[str, str]
) -> list[dict[str, Any]]:
    """Facet values that hold every word (the last as a prefix, others whole), most frequent first."""
    view, numbers = counts(reader, name, slots)
    tokenizer = reader.settings.tokenizer
    out: list[tuple[str, int, str]] = []
    for at in np.nonzero(numbers)[0]:
        value = view.values[int(at)]
        spans = list(tokenizer.spans(value))
        marks: list[tuple[int, int]] = []
        for position, word in enumerate(words):
            prefix = position == len(words) - 1
            hit = next((s for s in spans if s.word == word or (prefix and s.word.startswith(word))), None)
            if hit is None:
                break
            marks.append((hit.start, hit.end if hit.word == word else hit.start + min(len(word), hit.end - hit.start)))
        else:
            shown, last = "", 0
            for start, end in sorted(set(marks)):
                if start >= last:
                    shown += value[last:start] + tags[0] + value[start:end] + tags[1]
                    last = end
            out.append((value, int(numbers[at]), shown + value[last:]))
    out.sort(key=(lambda item: item[0]) if alphabetical else (lambda item: (-item[1], item[0])))
    return [{"value": value, "highlighted": shown, "count": count} for value, count, shown in out[:limit]]
