"""What is done to the system, in which order: pure, and the same for the same seed.

A round is one heavy fault and the light ones that come while it lasts. Injection N of a seed can be had alone, so that
what broke can be done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

LIGHT_IN_A_ROUND = 30


@dataclass(frozen=True)
class Injection:
    """One fault: its number in the run, its class, its name, and a seed for what it chooses by chance."""

    number: int
    kind: str
    name: str
    seed: str

    def random(self) -> Random:
        """Give the chance of this injection alone."""
        return Random(self.seed)  # noqa: S311  chance that can be repeated, no secret


@dataclass(frozen=True)
class Round:
    """A heavy fault, and the light ones while it lasts."""

    heavy: Injection
    light: tuple[Injection, ...]


def rounds(seed: int, heavy: Mapping[str, Sequence[str]], light: Mapping[str, Sequence[str]]) -> Iterator[Round]:
    """Give rounds without end. Every heavy fault comes once before any comes again; of the light ones likewise."""
    of_heavy, of_light = _shuffled(f"{seed}:heavy", heavy), _shuffled(f"{seed}:light", light)
    number = 0
    while True:
        first = _numbered(number, seed, next(of_heavy))
        others = tuple(_numbered(number + at, seed, next(of_light)) for at in range(1, LIGHT_IN_A_ROUND + 1))
        yield Round(first, others)
        number += 1 + LIGHT_IN_A_ROUND


def _shuffled(seed: str, faults: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Take turns among the classes, so that one with many names does not crowd out the others."""
    chance = Random(seed)  # noqa: S311  chance that can be repeated, no secret
    decks: dict[str, list[str]] = {kind: [] for kind in faults}
    while True:
        for kind in chance.sample(sorted(faults), len(faults)):
            if not decks[kind]:
                decks[kind] = chance.sample(list(faults[kind]), len(faults[kind]))
            yield kind, decks[kind].pop()


def _numbered(number: int, seed: int, fault: tuple[str, str]) -> Injection:
    return Injection(number, fault[0], fault[1], f"{seed}:{number}")
