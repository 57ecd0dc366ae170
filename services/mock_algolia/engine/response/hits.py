"""Hits: a record as a search returns it, with highlights, snippets and ranking information."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.ranking.ordering import Ranked
from services.mock_algolia.engine.response.highlight import Marker, prune
from services.mock_algolia.engine.response.marking import Marking
from services.mock_algolia.engine.values import places

_SNIPPET = re.compile(r"^(.*?)(?::(\d+))?$", re.S)
SNIPPET_WORDS = 10  # documented default


class HitShaper:
    """Turns ranked slots into hits."""

    def __init__(self, request: SearchRequest, reader: Reader, selection: Selection) -> None:
        self.reader = reader
        self.request = request
        self.settings = reader.settings
        self.selection = selection
        self.marking = Marking(
            reader,
            selection,
            replacing=request.replace_synonyms,
            whole=request.exact_on_single_word == "word" and len(selection.query.words) == 1,
        )
        self.marker = Marker(
            self.marking.of,
            tuple(word.text for word in selection.query.words),
            self.settings.tokenizer,
            *request.highlight_tags,
            request.snippet_ellipsis,
        )
        self.indexed = {path.partition(".")[0] for path in reader.snapshot.attributes}
        self.whole = self.indexed  # attributes whose every word is indexed
        if self.settings.searchable:
            self.whole = self.indexed.intersection(reader.snapshot.attributes)
        self.hidden = set(request.unretrievable)
        self.retrieve = request.attributes_to_retrieve
        self.by_name = self.retrieve is not None and not self.hidden and not any("." in path for path in self.retrieve)
        self.snippets = [
            (found[1], int(found[2] or SNIPPET_WORDS))
            for text in request.attributes_to_snippet
            if (found := _SNIPPET.match(text))
        ]
        self.chosen = self._chosen()
        self.flat = self.chosen is not None and not self.hidden and not any("." in path for path in self.chosen)
        self.grouped = request.distinct > 1
        self.only_matching = request.only_matching_elements

    def hits(self, ranked: Sequence[Ranked]) -> list[dict[str, Any]]:
        """Make the hits of some ranked slots."""
        if self.request.attributes_to_highlight == ():
            return [self._hit(one, {}) for one in ranked]  # only highlights ask which words a record holds
        found = self.marking.present([one.slot for one in ranked])
        return [self._hit(one, touched) for one, touched in zip(ranked, found, strict=True)]

    def _hit(self, ranked: Ranked, touched: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        record = self.reader.snapshot.record(ranked.slot)
        snippets = self._snippets(record) if self.snippets else None
        shown = self._highlights(record, touched) if self.request.attributes_to_highlight != () else None
        out = self._retrieved(record)
        out["objectID"] = record["objectID"]
        if snippets:
            out["_snippetResult"] = snippets
        if shown:
            out["_highlightResult"] = shown
        if self.grouped and not ranked.promoted:
            out["_distinctSeqID"] = ranked.behind
        if self.request.ranking_info:
            out["_rankingInfo"] = self._ranking_info(ranked, record)
        return out

    def _retrieved(self, record: dict[str, Any]) -> dict[str, Any]:
        wanted = self.retrieve
        if wanted is None or "*" in wanted:
            removed = self.hidden.union(name[1:] for name in wanted if name.startswith("-")) if wanted else self.hidden
            return _without(record, removed) if removed else record
        if self.by_name:
            return {name: record[name] for name in wanted if name in record}
        out: dict[str, Any] = {}
        for path in wanted:
            _copy(record, path, out)
        return _without(out, self.hidden) if self.hidden else out

    def _chosen(self) -> list[str] | None:
        """List the attributes to highlight; None: all."""
        wanted = self.request.attributes_to_highlight
        if wanted is None:
            return [found.path for found in self.settings.searchable] or None
        return None if "*" in wanted else list(wanted)

    def _highlights(self, record: Mapping[str, Any], touched: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        chosen = self.chosen
        source: dict[str, Any] = {}
        if self.flat and chosen is not None:
            source = {path: record[path] for path in chosen if path in record}
        elif chosen is None:
            source = {name: value for name, value in record.items() if name not in ("objectID", "_tags", "_geoloc")}
        else:
            for path in chosen:
                _copy(record, path, source)
        if self.hidden:
            source = _without(source, self.hidden)
        out: dict[str, Any] = {}
        quick = self.marker.ascii.leaves
        for name, value in source.items():
            words: Sequence[str] | None = None
            if name in self.indexed:  # the words of the record are known: look for nothing else, nowhere else
                words = touched.get(name, ())
                if words and name not in self.whole:
                    words = list(dict.fromkeys(word for some in touched.values() for word in some))
                if not self.only_matching and (leaf := quick(value, words)) is not None:
                    out[name] = leaf
                    continue
            leaf = self.marker.highlight(value, words)
            if leaf is not None and leaf not in ({}, []):
                out[name] = prune(leaf) if self.only_matching else leaf
        return out

    def _snippets(self, record: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for path, size in self.snippets:
            source: dict[str, Any] = {}
            if path == "*":
                source = {name: value for name, value in record.items() if name not in ("objectID", "_tags", "_geoloc")}
            else:
                _copy(record, path, source)
            for name, value in _without(source, self.hidden).items():
                leaf = self.marker.snippet(value, size)
                if leaf is not None and leaf not in ({}, []):
                    _merge(out, name, prune(leaf) if self.only_matching else leaf)
        return out

    def _ranking_info(self, ranked: Ranked, record: Mapping[str, Any]) -> dict[str, Any]:
        matches = self.selection.matches
        at = ranked.at
        known = at >= 0
        out: dict[str, Any] = {
            "nbTypos": int(matches.typos[at]) if known else 0,
            "firstMatchedWord": int(matches.attribute[at]) if known else 0,
            "proximityDistance": int(matches.proximity[at]) if known else 0,
            "userScore": int(self.reader.snapshot.count - self.reader.snapshot.sequence[ranked.slot]),
            "geoDistance": 0,
            "geoPrecision": 1,
            "nbExactWords": int(matches.exact[at]) if known else 0,
            "words": int(matches.words[at]) if known else 0,
            "filters": int(matches.filters[at]) if known and matches.filters is not None else 0,
        }
        fusion = self.selection.fusion
        if fusion is not None and known:
            out["keywordScore"] = round(float(fusion.keyword[at]), 6)
            out["semanticScore"] = round(float(fusion.semantic[at]), 6)
            out["neuralScore"] = round(float(fusion.neural[at]), 6)
        if ranked.promoted:
            out["promoted"] = True
        metres = self.selection.metres
        if metres is not None and known and self.request.place.centre is not None and matches.geo is not None:
            out["geoDistance"] = int(matches.geo[at])
            precision = self.request.place.precision
            out["geoPrecision"] = precision if isinstance(precision, int) else 1
            centre = self.request.place.centre
            nearest = min(places(record), key=lambda place: _metres(centre, place), default=None)
            if nearest:
                out["matchedGeoLocation"] = {
                    "lat": nearest[0], "lng": nearest[1], "distance": int(metres[ranked.slot]),
                }  # fmt: skip
        return out


def _metres(centre: tuple[float, float], place: tuple[float, float]) -> float:
    import numpy as np

    from services.mock_algolia.engine.parameters.geo import distances

    return float(distances(centre, np.array([place[0]]), np.array([place[1]]))[0])


def _merge(out: dict[str, Any], name: str, leaf: Any) -> None:
    known = out.get(name)
    if isinstance(known, dict) and isinstance(leaf, dict) and "matchLevel" not in leaf:
        for inner, value in leaf.items():
            _merge(known, inner, value)
    else:
        out[name] = leaf


def _copy(record: Mapping[str, Any], path: str, out: dict[str, Any]) -> None:
    if path in record:
        out[path] = record[path]
        return
    head, dot, rest = path.partition(".")
    value = record.get(head)
    if not dot or value is None:
        return
    if isinstance(value, Mapping):
        inner = out.setdefault(head, {})
        if isinstance(inner, dict):
            _copy(value, rest, inner)
            if not inner:
                del out[head]
    elif isinstance(value, list):
        made = out.setdefault(head, [{} for _ in value])
        for item, target in zip(value, made, strict=False):
            if isinstance(item, Mapping) and isinstance(target, dict):
                _copy(item, rest, target)


def _without(record: Mapping[str, Any], paths: set[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in record.items():
        if name in paths:
            continue
        inner = {path.partition(".")[2] for path in paths if path.startswith(f"{name}.")}
        if inner and isinstance(value, Mapping):
            out[name] = _without(value, inner)
        elif inner and isinstance(value, list):
            out[name] = [_without(item, inner) if isinstance(item, Mapping) else item for item in value]
        else:
            out[name] = value
    return out
