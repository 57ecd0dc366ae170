"""The map of courses: the same places every time, what is alike is near, and nothing hides another."""

from __future__ import annotations

import math
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.console.course_map import LEAST_APART, places


def two_groups(size: int) -> list[dict[int, float]]:
    """Courses of two subjects: alike within, hardly across."""
    count = 2 * size
    return [
        {other: 0.8 if (one < size) == (other < size) else 0.05 for other in range(count) if other != one}
        for one in range(count)
    ]


def test_is_the_same_every_time() -> None:
    assert places(two_groups(12)) == places(two_groups(12))


@pytest.mark.parametrize("size", [5, 8, 12, 20])
def test_lays_what_is_alike_near(size: int) -> None:
    """Groups whose courses are all equally alike leave the second axis open, and processors choose differently."""
    found = places(two_groups(size))

    own_first = [
        sorted(range(2 * size), key=lambda other: math.dist(found[one], found[other])) for one in range(2 * size)
    ]
    within = [math.dist(found[one], found[other]) for one, other in combinations(range(size), 2)]
    across = [math.dist(found[one], found[size + other]) for one in range(size) for other in range(size)]
    assert all(
        (other < size) == (one < size) for one, near in enumerate(own_first) for other in near[1 : 1 + size // 2]
    )
    assert median(within) < median(across) * 0.6


likeness = st.dictionaries(st.integers(0, 29), st.floats(0, 1), max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(likeness, max_size=30))
def test_gives_every_course_a_place_of_its_own(alike: list[dict[int, float]]) -> None:
    alike = [{other: value for other, value in likes.items() if other < len(alike)} for likes in alike]
    found = places(alike)

    assert len(found) == len(alike)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found)
    assert all(math.dist(one, other) > LEAST_APART / 4 for one, other in combinations(found, 2))
