"""Course keys (ORG+NUM) and run ids in running text; C++ and 2+2 are none."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHUNK = re.compile(r"[^\s()\[\]{}<>\"“”„«»,;（）《》「」，。；：、]+")
_NAME = re.compile(r"[\w.~:-]{1,100}")
_RUN_PREFIX = "course-v1:"
PARTS_MOST = 3


@dataclass(frozen=True, slots=True)
class Key:
    """A course's key, and where it is written."""

    course_key: str
    start: int
    end: int


def find_keys(text: str) -> list[Key]:
    """Find every course key or run id, from left to right. Linear: each chunk between spaces is looked at once."""
    found = []
    for chunk in _CHUNK.finditer(text):
        written = chunk[0].rstrip(".:!?…'’")
        if "+" not in written:
            continue
        parts = written.removeprefix(_RUN_PREFIX).split("+")
        if not 2 <= len(parts) <= PARTS_MOST or not all(_NAME.fullmatch(part) for part in parts):
            continue
        organisation, number = parts[0], parts[1]
        if any(letter.isalpha() for letter in organisation) and any(letter.isalnum() for letter in number):
            found.append(Key(f"{organisation}+{number}", chunk.start(), chunk.start() + len(written)))
    return found
