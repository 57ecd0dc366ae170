"""The order of the attacks: the same for a seed, fair to every class, and each findable by its number."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.heavy_faults import HEAVY
from chaos.hostile_requests import LIGHT
from chaos.schedule import LIGHT_IN_A_ROUND, Injection, Round, rounds
from chaos.tally import Tally


def first(seed: int, many: int) -> list[Round]:
    return list(islice(rounds(seed, HEAVY, LIGHT), many))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_is_the_same_for_the_same_seed_and_numbers_without_a_gap(seed: int) -> None:
    planned = first(seed, 8)
    numbers = [one.number for each in planned for one in (each.heavy, *each.light)]

    assert planned == first(seed, 8)
    assert numbers == list(range(8 * (1 + LIGHT_IN_A_ROUND)))
    assert first(seed, 1)[0].heavy.random().random() == first(seed, 1)[0].heavy.random().random()


def test_differs_between_seeds() -> None:
    assert [one.heavy.name for one in first(1, 20)] != [one.heavy.name for one in first(2, 20)]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_is_fair_to_every_class_and_leaves_no_fault_out(seed: int) -> None:
    names = {(kind, name) for faults in (HEAVY, LIGHT) for kind, every in faults.items() for name in every}
    planned = first(seed, len(HEAVY) * max(len(every) for every in HEAVY.values()))
    kinds = Counter(one.heavy.kind for one in planned[: 3 * len(HEAVY)])

    assert set(kinds.values()) == {3}
    assert {(one.kind, one.name) for each in planned for one in (each.heavy, *each.light)} == names


def test_counts_a_broken_injection_once_and_says_how_to_do_it_again() -> None:
    tally = Tally(seed=7)
    held, broken = Injection(3, "kills", "aws", ""), Injection(4, "kills", "lms", "")
    for one in (held, broken):
        tally.begin(one)
    tally.now = broken
    tally.fail("a reader saw 500")
    tally.fail("it did not come back", broken)

    assert (tally.total, list(tally.broken)) == (2, [4])
    assert "--seed 7 --only 4" in tally.reproducers()[0]
