"""Find the courses that a text names, by title or by key, and what in it looks like a key of no course."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evaluation.advisor.catalogue import Course

_KEY_SHAPE = re.compile(r"\b[A-Za-z][A-Za-z0-9]{2,30}X?\+[A-Z]{1,6}[0-9]{2,4}\b")
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})


def plain(text: str) -> str:
    """Write a text so that two ways of writing the same are equal; as long as the text itself."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text.translate(_SAME))


class Mentions:
    """Finds courses in texts. Where one title is part of another, the longer one is what was named."""

    def __init__(self, courses: Iterable[Course]) -> None:
        names = [(plain(name), course.key) for course in courses for name in (course.title, course.key)]
        self._names = sorted(names, key=lambda pair: -len(pair[0]))
        self._keys = {key.casefold() for _, key in names}

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """List (start, end, key) of each mention in order."""
        left = plain(text)
        found = []
        for name, key in self._names:
            at = left.find(name)
            while at >= 0:
                if _whole(left, at, at + len(name)):
                    found.append((at, at + len(name), key))
                    left = left[:at] + "\x00" * len(name) + left[at + len(name) :]
                at = left.find(name, at + 1)
        return sorted(found)

    def named_in(self, text: str) -> list[str]:
        """List the keys of the courses that a text names, in the order in which it first names each."""
        return list(dict.fromkeys(key for _, _, key in self.places(text)))

    def without(self, text: str) -> str:
        """Take every title and key out of a text."""
        for start, end, _ in reversed(self.places(text)):
            text = text[:start] + " " + text[end:]
        return text

    def invented_in(self, text: str) -> list[str]:
        """List what is written like a course's key and is none."""
        return [found for found in _KEY_SHAPE.findall(text) if found.casefold() not in self._keys]


def _whole(text: str, start: int, end: int) -> bool:
    """Say whether a passage is not part of longer words; languages written without spaces have no such ends."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before, text[start]) or _joins(text[end - 1], after))


def _joins(one: str, other: str) -> bool:
    return bool(one and other) and one.isalnum() and other.isalnum() and one < "\u0590" and other < "\u0590"
