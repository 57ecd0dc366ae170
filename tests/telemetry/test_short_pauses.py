"""What lives long is looked through once, and what dies in a circle is found all the same."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from services.telemetry.short_pauses import LOOKED_AT_AGAIN, keep_pauses_short, look_through_all


class Knot:
    """An object that holds itself: only a collection can free it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def short() -> Iterator[None]:
    before = list(gc.callbacks)
    keep_pauses_short()
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


def test_looks_through_what_lives_long_once() -> None:
    lasting = [Knot() for _ in range(1000)]
    gc.collect()
    assert gc.get_freeze_count() > len(lasting)
    assert not any(isinstance(one, Knot) for one in gc.get_objects()), "the next collection looks at none of them"


def test_frees_what_dies_before_it_is_set_aside() -> None:
    gone = weakref.ref(Knot())
    gc.collect()
    assert gone() is None


def test_frees_in_the_end_what_was_set_aside_and_died_in_a_circle() -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    del knot
    for _ in range(LOOKED_AT_AGAIN):
        gc.collect()
    assert gone() is None


def test_is_installed_once_however_often_it_is_asked_for() -> None:
    callbacks = len(gc.callbacks)
    keep_pauses_short()
    assert len(gc.callbacks) == callbacks


def test_sets_nothing_aside_at_the_end_of_a_process() -> None:
    lasting = Knot()
    gc.collect()
    look_through_all()
    gc.collect()
    assert gc.get_freeze_count() == 0
    assert any(one is lasting for one in gc.get_objects())
