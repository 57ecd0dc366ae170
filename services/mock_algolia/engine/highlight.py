"""Highlighting and snippets: matched words marked in copies of the record's texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.text import Span, Tokenizer
from services.mock_algolia.engine.values import is_number


@dataclass(frozen=True)
class Mark:
    """What a matching word shows: query words it stands for, and letters to mark (0: all)."""

    words: tuple[str, ...]
    letters: int = 0
    replacement: str | None = None


@dataclass(frozen=True)
class Marker:
    """Everything highlighting needs of a query. `marks`: word → Mark; `runs`: words in a row → Mark."""

    marks: Mapping[str, Mark]
    runs: Mapping[str, tuple[tuple[tuple[str, ...], Mark], ...]]
    query: tuple[str, ...]
    tokenizer: Tokenizer
    pre: str = "<em>"
    post: str = "</em>"
    ellipsis: str = "…"

    def pieces(self, text: str) -> list[tuple[int, int, Mark]]:
        """(start, end, mark) of the places to mark."""
        if not self.marks and not self.runs:
            return []
        spans = self.tokenizer.spans(text)
        out: list[tuple[int, int, Mark]] = []
        at = 0
        while at < len(spans):
            span = spans[at]
            mark = self.marks.get(span.word)
            for run, run_mark in self.runs.get(span.word, ()):
                if tuple(part.word for part in spans[at : at + len(run)]) == run:
                    for part in spans[at : at + len(run)]:
                        out.append((part.start, part.end, run_mark))
                    at += len(run) - 1
                    mark = None
                    break
            if mark is not None:
                end = span.end
                if mark.letters and span.end - span.start > mark.letters and len(span.word) == span.end - span.start:
                    end = span.start + mark.letters
                out.append((span.start, end, mark))
            at += 1
        return out

    def _wrapped(self, text: str, pieces: Sequence[tuple[int, int, Mark]], start: int, end: int) -> str:
        out: list[str] = []
        last = start
        for left, right, mark in pieces:
            if left < start or left >= end:
                continue
            out.append(text[last:left])
            out.append(f"{self.pre}{mark.replacement or text[left:right]}{self.post}")
            last = right
        out.append(text[last:end])
        return "".join(out)

    def _level(self, pieces: Sequence[tuple[int, int, Mark]]) -> tuple[str, list[str]]:
        matched: list[str] = []
        for _, _, mark in pieces:
            matched.extend(word for word in mark.words if word not in matched)
        if not matched:
            return "none", []
        return ("full" if all(word in matched for word in self.query) else "partial"), matched

    def highlight(self, value: Any) -> Any:
        """The highlight leaf of a value; lists and objects keep their shape."""
        if isinstance(value, Mapping):
            return {name: leaf for name, inner in value.items() if (leaf := self.highlight(inner)) is not None}
        if isinstance(value, list):
            return [leaf for inner in value if (leaf := self.highlight(inner)) is not None]
        if isinstance(value, bool) or value is None:
            return None
        text = value if isinstance(value, str) else _number(value)
        pieces = self.pieces(text)
        level, matched = self._level(pieces)
        if level == "none":
            return {"value": text, "matchLevel": "none", "matchedWords": []}
        covered = sum(right - left for left, right, _ in pieces)
        letters = sum(span.end - span.start for span in self.tokenizer.spans(text))
        return {
            "value": self._wrapped(text, pieces, 0, len(text)),
            "matchLevel": level,
            "fullyHighlighted": covered >= letters,
            "matchedWords": matched,
        }

    def snippet(self, value: Any, size: int) -> Any:
        """The snippet leaf of a value: `size` words around the densest matches."""
        if isinstance(value, Mapping):
            return {name: leaf for name, inner in value.items() if (leaf := self.snippet(inner, size)) is not None}
        if isinstance(value, list):
            return [leaf for inner in value if (leaf := self.snippet(inner, size)) is not None]
        if isinstance(value, bool) or value is None:
            return None
        text = value if isinstance(value, str) else _number(value)
        spans = self.tokenizer.spans(text)
        pieces = self.pieces(text)
        level, _ = self._level(pieces)
        if not spans or len(spans) <= size:
            return {"value": self._wrapped(text, pieces, 0, len(text)), "matchLevel": level}
        first = _window(spans, pieces, size)
        last = first + size
        start = 0 if first == 0 else spans[first].start
        end = len(text) if last >= len(spans) else spans[last - 1].end
        shown = self._wrapped(text, pieces, start, end)
        return {
            "value": (self.ellipsis if first else "") + shown + (self.ellipsis if last < len(spans) else ""),
            "matchLevel": level,
        }


def _number(value: Any) -> str:
    return str(value) if is_number(value) else ""


def _window(spans: Sequence[Span], pieces: Sequence[tuple[int, int, Mark]], size: int) -> int:
    hits = [0] * (len(spans) + 1)
    starts = {left for left, _, _ in pieces}
    for at, span in enumerate(spans):
        hits[at + 1] = hits[at] + (span.start in starts)
    if not starts:
        return 0
    best, chosen = -1, 0
    for first in range(len(spans) - size + 1):
        inside = hits[first + size] - hits[first]
        if inside > best:
            best, chosen = inside, first
    matched = next((at for at in range(chosen, len(spans)) if spans[at].start in starts), chosen)
    return max(0, min(max(chosen, matched - size // 3), len(spans) - size))


def prune(leaf: Any) -> Any:
    """Only the array elements that matched (restrictHighlightAndSnippetArrays)."""
    if isinstance(leaf, list):
        return [inner for inner in map(prune, leaf) if _matched(inner)]
    if isinstance(leaf, dict) and "matchLevel" not in leaf:
        return {name: prune(inner) for name, inner in leaf.items()}
    return leaf


def _matched(leaf: Any) -> bool:
    if isinstance(leaf, list):
        return any(map(_matched, leaf))
    if isinstance(leaf, dict):
        if isinstance(leaf.get("matchLevel"), str):
            return bool(leaf["matchLevel"] != "none")
        return any(map(_matched, leaf.values()))
    return True
