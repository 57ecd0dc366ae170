"""Highlighting and snippets: matched words marked in copies of the record's texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.mock_algolia.engine.language.tokenizer import Span, Tokenizer, takes_typos
from services.mock_algolia.engine.response.ascii_marker import AsciiMarker, Marks, Piece, nothing
from services.mock_algolia.engine.values import is_number


@dataclass(frozen=True)
class Marker:
    """Everything highlighting needs of a query."""

    marks: Marks
    query: tuple[str, ...]
    tokenizer: Tokenizer
    pre: str = "<em>"
    post: str = "</em>"
    ellipsis: str = "…"
    ascii: AsciiMarker = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "ascii", AsciiMarker(self.marks, self.query, self.tokenizer.plain, self.pre, self.post)
        )

    def pieces(self, text: str) -> list[Piece]:
        """Find (start, end, mark) of the places to mark, in order."""
        if not self.query:
            return []
        spans = self.tokenizer.spans(text)
        out: list[Piece] = []
        covered = 0  # words before it are marked, as parts of a run; runs of characters overlap
        for at, (word, start, end) in enumerate(spans):
            mark, runs = self.marks(word)
            for run, run_mark in runs:
                stop = at + len(run)
                if stop > covered and tuple(part[0] for part in spans[at:stop]) == run:
                    out.extend((part[1], part[2], run_mark) for part in spans[max(at, covered) : stop])
                    covered = stop
            if mark is not None and at >= covered:
                if mark.letters and end - start > mark.letters and len(word) == end - start:
                    end = start + mark.letters
                out.append((start, end, mark))
        return out

    def _wrapped(self, text: str, pieces: Sequence[Piece], start: int, end: int) -> str:
        out: list[str] = []
        last = start
        follows = False
        for left, right, mark in pieces:
            if left < start or left >= end:
                continue
            character = not takes_typos(text[left])
            if out and left == last and character and follows:
                out[-1] = f"{out[-1][: len(out[-1]) - len(self.post)]}{text[left:right]}{self.post}"
            else:
                out.append(text[last:left])
                out.append(f"{self.pre}{mark.replacement or text[left:right]}{self.post}")
            last, follows = right, character
        out.append(text[last:end])
        return "".join(out)

    def _level(self, pieces: Sequence[Piece]) -> tuple[str, list[str]]:
        matched: list[str] = []
        for _, _, mark in pieces:
            matched.extend(word for word in mark.words if word not in matched)
        if not matched:
            return "none", []
        return ("full" if all(word in matched for word in self.query) else "partial"), matched

    def highlight(self, value: Any, present: Sequence[str] | None = None) -> Any:
        """Make the highlight leaf of a value; lists and objects keep their shape.

        `present` are the matching words that the value holds, where known: nothing else is looked for.
        """
        if isinstance(value, str):
            if present is not None and (quick := self.ascii.leaf(value, present)) is not None:
                return quick
            text = value
        elif isinstance(value, list):
            return [leaf for inner in value if (leaf := self.highlight(inner, present)) is not None]
        elif isinstance(value, Mapping):
            return {name: leaf for name, inner in value.items() if (leaf := self.highlight(inner, present)) is not None}
        elif isinstance(value, bool) or value is None:
            return None
        else:
            text = _number(value)
        pieces = self.pieces(text) if present is None or present else []
        if not pieces:
            return nothing(text)
        level, matched = self._level(pieces)
        return {
            "value": self._wrapped(text, pieces, 0, len(text)),
            "matchLevel": level,
            "fullyHighlighted": not _leftover(text, pieces),
            "matchedWords": matched,
        }

    def snippet(self, value: Any, size: int) -> Any:
        """Make the snippet leaf of a value: `size` words around the densest matches."""
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
        start = 0 if first == 0 else spans[first][1]
        end = len(text) if last >= len(spans) else spans[last - 1][2]
        shown = self._wrapped(text, pieces, start, end)
        return {
            "value": (self.ellipsis if first else "") + shown + (self.ellipsis if last < len(spans) else ""),
            "matchLevel": level,
        }


def _leftover(text: str, pieces: Sequence[Piece]) -> bool:
    """Tell whether a letter or digit stands outside the pieces."""
    last = 0
    for start, end, _ in pieces:
        if any(char.isalnum() for char in text[last:start]):
            return True
        last = end
    return any(char.isalnum() for char in text[last:])


def _number(value: Any) -> str:
    return str(value) if is_number(value) else ""


def _window(spans: Sequence[Span], pieces: Sequence[Piece], size: int) -> int:
    """Find the first word of the snippet: the window with most matches, its first match a third of the way in."""
    starts = {left for left, _, _ in pieces}
    if not starts:
        return 0
    hits = [0] * (len(spans) + 1)
    for at, span in enumerate(spans):
        hits[at + 1] = hits[at] + (span[1] in starts)
    best, chosen = -1, 0
    for first in range(len(spans) - size + 1):
        inside = hits[first + size] - hits[first]
        if inside > best:
            best, chosen = inside, first
    matched = next((at for at in range(chosen, len(spans)) if spans[at][1] in starts), chosen)
    return max(0, min(max(chosen, matched - size // 3), len(spans) - size))


def prune(leaf: Any) -> Any:
    """Keep only the array elements that matched (restrictHighlightAndSnippetArrays)."""
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
