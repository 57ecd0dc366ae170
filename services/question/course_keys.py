"""Course keys (ORG+NUM) and run ids in running text; C++ and 2+2 are none."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHUNK = re.compile(r"[^\s()\[\]{}<>\"“”„«»,;（）《》「」，。；：、]+")
_NAME = re.compile(r"[\w.~:-]{1,100}")
_RUN_PREFIX = "course-v1:"
_NUMBER = re.compile(r"(?<![\w+])[A-Za-z]{2,6}-?\d{3}[A-Za-z]?(?![\w+])")
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


@dataclass(frozen=True, slots=True)
class Number:
    """What may be a course's number without its organisation, as numbers are compared, and where it is written."""

    written: str
    span: tuple[int, int]


def find_numbers(text: str) -> list[Number]:
    """Find what may be courses' numbers without their organisations: "CS101", "hsk-201"."""
    return [Number(_compared(match[0]), match.span()) for match in _NUMBER.finditer(text)]


def number_of(course_key: str) -> str:
    """Give a key's number as numbers are compared."""
    return _compared(course_key.partition("+")[2])


def _compared(number: str) -> str:
    return number.replace("-", "").casefold()
