"""Which kind of turn it is, judged by everything that was read in it and by what came before, all together.

The steps (`steps.py`) each look at a few signs, and the first that fits decides; this weighs all signs at once. A
linear model (`turn_kinds.json`, made by `python -m evaluation.intents.turns`), taught by turns of conversations that
readers named who saw no code. It is asked after the steps, and overrules them where it is sure enough.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

from services.advisor.dialogue.reading import CHAT, Turn
from services.advisor.dialogue.state import ABOUT, Change, State
from services.question.tokens import words_of

WEIGHTS = Path(__file__).with_name("turn_kinds.json")
SAME = {"new_topic": "search", "narrow": "refine", "switch": "refine"}
"""Changes that a reader names alike: a subject is searched for, and what is wanted is changed in some condition."""
_LEAST = 0.003
_SHORT, _LONG = (1, 3, 6), 14


@dataclass(frozen=True, slots=True)
class Judged:
    """The likeliest kind of a turn, and how probable it is."""

    kind: str
    share: float


def kind_of(change: Change) -> str:
    """Give the kind of a change as a reader names it."""
    return SAME.get(change.kind, change.kind)


def judge(state: State, turn: Turn) -> Judged:
    """Judge a turn by the state before it."""
    return _model().judge(features_of(state, turn))


def features_of(state: State, turn: Turn) -> dict[str, float]:
    """Give what speaks for one kind or another: the intents' shares, and what is there or not."""
    guess = turn.guess
    found = {f"intent {intent}": log(share + _LEAST) / 3 + 1 for intent, share in guess.ranked}
    found["about"] = guess.of(*ABOUT)
    found["cannot"] = sum(share for intent, share in guess.ranked if intent.startswith("cannot"))
    found["chat"] = guess.of(*CHAT)
    likeliest = "about" if guess.intent in ABOUT else guess.intent
    last = SAME.get(state.last.kind, state.last.kind) if state.last else "none"
    signs, before = set(_signs(turn)), set(_before(state))
    named = [
        f"likeliest {likeliest}",
        f"last {last}",
        f"last {last}, likeliest {likeliest}",
        *(f"does {act.name}" for act in turn.acts),
        *signs,
        *before,
        *(f"{one}, likeliest {likeliest}" for one in (*signs, *before) if one in _WITH_INTENT),
        *(f"{one}, wanted" for one in signs if one in _WITH_WANTED and "wanted" in before),
    ]
    return found | dict.fromkeys(named, 1.0)


_WITH_INTENT = frozenset(
    ("first", "in focus", "has asked", "has shown", "title", "points at one", "refuses", "marked", "topic", "known")
)
_WITH_WANTED = frozenset(("topic", "known", "refuses", "level", "language", "title", "points"))


def _signs(turn: Turn) -> Iterator[str]:
    """Name what is seen in a turn."""
    asked, pointed = turn.asked, turn.pointed
    seen = {
        "topic": turn.topic, "known": turn.known, "bare": turn.bare, "names alone": turn.names_alone,
        "marked": turn.marked, "asks": turn.asks, "goes on": turn.goes_on, "conditions": turn.conditions,
        "level": asked.level, "language": turn.language, "refuses": asked.excluded, "limit": asked.limit,
        "no level": asked.not_levels, "no language": asked.not_languages, "knows": asked.known,
        "adds words": turn.adds_words, "of one": turn.of_one, "it does": turn.it_does, "asks level": turn.asks_level,
        "aspects": turn.aspects, "points at one": len(pointed.courses) == 1, "points at more": len(pointed.courses) > 1,
        "points": pointed.words, "points at two": pointed.two, "only it": pointed.only_it, "title": turn.state.titled,
    }  # fmt: skip
    yield from (name for name, there in seen.items() if there)
    words = len(words_of(turn.text))
    yield from (f"at most {most} words" for most in _SHORT if words <= most)
    if words > _LONG:
        yield "long"


def _before(state: State) -> Iterator[str]:
    """Name what was there before a turn."""
    seen = {
        "first": state.turns <= 1, "wanted": state.wanted.topic, "has shown": state.lists, "in focus": state.focus,
        "choices": len(state.choices) > 1, "has asked": state.asked, "discussed": len(state.discussed) > 1,
    }  # fmt: skip
    return (name for name, there in seen.items() if there)


class Model:
    """How much each feature speaks for each kind."""

    def __init__(self, kinds: tuple[str, ...], bias: tuple[float, ...], weights: Mapping[str, tuple[float, ...]]):
        self._kinds, self._bias, self._weights = kinds, bias, weights

    def judge(self, features: Mapping[str, float]) -> Judged:
        """Give the likeliest kind for some features."""
        sums = list(self._bias)
        for feature, value in features.items():
            for at, weight in enumerate(self._weights.get(feature, ())):
                sums[at] += value * weight
        highest = max(sums)
        whole = sum(exp(one - highest) for one in sums)
        return Judged(self._kinds[sums.index(highest)], 1 / whole)


@cache
def _model() -> Model:
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(tuple(told["kinds"]), tuple(told["bias"]), {name: tuple(row) for name, row in told["weights"].items()})
