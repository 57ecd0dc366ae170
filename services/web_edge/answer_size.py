"""Keeps answers below what chat clients take: GPT Actions refuse 100,000 characters and more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

ANSWER_CHARACTERS = 95_000
"""Below the limit by enough for the envelope around the courses."""
TITLE_CHARACTERS = 200
DESCRIPTION_CHARACTERS = (500, 200, 80, 0)
"""Tried in this order until the answer fits."""

Item = TypeVar("Item")


def fitting(items: Sequence[Item], as_json: Callable[[Item, int], dict[str, Any]]) -> list[dict[str, Any]]:
    """Write items as JSON with descriptions as long as fit; where not even none fit, leave out items from the end."""
    written: list[dict[str, Any]] = []
    for most in DESCRIPTION_CHARACTERS:
        written = [as_json(item, most) for item in items]
        if _size(written) <= ANSWER_CHARACTERS:
            return written
    while written and _size(written) > ANSWER_CHARACTERS:
        written = written[: len(written) * 9 // 10]
    return written


def shortened(text: str, most: int) -> str:
    """Cut a text to `most` characters at a word's end, with an ellipsis where something was cut."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[:most]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(" ,;:") + "…" if most else ""


def _size(items: Sequence[dict[str, Any]]) -> int:
    return len(json.dumps(items, ensure_ascii=False))
