"""Decide what a turn changes: by the steps, unless all signs together speak for another kind of turn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.advisor.dialogue.pointing import in_focus
from services.advisor.dialogue.reading import CHAT, Turn
from services.advisor.dialogue.state import ABOUT, Change, State
from services.advisor.dialogue.steps import (
    CANNOT,
    CERTAIN,
    CHOICES_MOST,
    EMERGENCY,
    FAINT,
    QUOTED,
    SETTLED,
    SURE,
    by_steps,
    conditions,
    numbered,
    of_provider,
    of_which,
    refused_more,
    restored,
    same_in_language,
    undecided,
    way_to,
)
from services.advisor.dialogue.turn_kinds import judge, kind_of
from services.advisor.dialogue.wanting import ADDS

JUDGED = 0.5
"""How probable a kind has to be to be taken instead of what the steps found."""

NAMES_NOTHING = ("cannot", "small_talk", "vague")
"""Kinds that a turn which names a course by its title is no likely one of."""


def decide(state: State, turn: Turn) -> Change:
    """Decide what a turn changes: what the steps find, unless all signs together speak for another kind."""
    change = by_steps(state, turn)
    if _told(state, turn, change):
        return change
    judged = judge(state, turn)
    if judged.share < JUDGED or judged.kind == kind_of(change):
        return change
    named = change.kind == "about" and bool(turn.state.titled) and judged.kind in NAMES_NOTHING
    refuses = judged.kind == "cannot" and change.kind in ("new_topic", "narrow", "switch") and turn.known
    begins = judged.kind == "refine" and change.kind == "new_topic" and turn.known and bool(turn.conditions)
    if ((named or begins) and judged.share < CERTAIN) or (refuses and judged.share < SETTLED):
        return change
    return _as_kind(judged.kind, state, turn) or change


def _told(state: State, turn: Turn, change: Change) -> bool:
    """See a turn that says in so many words what the steps found."""
    widened = change.kind == "widen" and turn.does("widen")
    if change.aspect == EMERGENCY or of_provider(state, turn) or undecided(state, turn):
        return True
    if restored(state, turn) or numbered(state, turn) or same_in_language(state, turn):
        return True
    return widened or turn.does("fewer", "only_one", *CANNOT) or refused_more(state, turn) is not None


def _as_kind(kind: str, state: State, turn: Turn) -> Change | None:
    """Read a turn as one kind; None where it has not what that kind needs."""
    lists, wanted = state.lists, state.wanted.topic
    if kind == "search":
        return Change("new_topic") if turn.topic else None
    if kind == "refine":
        return _refined(state, turn)
    if kind == "about":
        return _asked_of_one(state, turn)
    if kind in ("which", "compare"):
        return _easiest_of(state, turn)
    if kind == "path":
        return way_to(state, turn, turn.topic or turn.pointed.courses or wanted)
    if kind == "correct":
        return Change("correct") if state.turns > 1 and (turn.topic or turn.conditions) else None
    if kind == "vague":
        return Change("vague")
    if kind == "next":
        return Change("next")
    if kind == "history":
        return Change("history")
    if kind == "widen":
        return Change("widen") if wanted else None
    if kind == "more":
        return Change("more") if lists and not turn.known else None
    if kind == "back":
        return Change("back") if lists or state.earlier else None
    if kind == "cannot":
        if turn.aspects and turn.guess.of(*CANNOT) < SURE:  # "tell me about the … course"
            return None
        return Change("cannot", _likeliest(turn, CANNOT).removeprefix("cannot_"))
    if kind == "small_talk":
        return None if turn.conditions else Change("small_talk", _likeliest(turn, CHAT))
    return None


def _likeliest(turn: Turn, intents: Sequence[str]) -> str:
    return next((intent for intent, _ in turn.guess.ranked if intent in intents), intents[0])


def _easiest_of(state: State, turn: Turn) -> Change | None:
    """Ask which of those laid out is the easiest, or the hardest."""
    if len(state.choices) < 2 or not turn.does("easier", "harder"):
        return None
    return Change("which", "harder" if turn.does("harder") else "easier", courses=state.choices[:CHOICES_MOST])


def _refined(state: State, turn: Turn) -> Change | None:
    """Keep what is wanted, with the conditions that are told, or with what else is named."""
    if not (state.wanted.topic or state.personal):
        return None
    if turn.conditions:
        return conditions(state, turn)
    return Change("narrow", ADDS if turn.known else "")


def _asked_of_one(state: State, turn: Turn) -> Change | None:
    """Take a turn for a question about one course."""
    focus = in_focus(state)
    tells = state.turns <= 1 and not (turn.aspects or turn.marked or turn.asks or turn.state.titled)
    if tells or not (turn.pointed.courses or focus or turn.topic):
        return None
    quote = QUOTED.search(turn.text)
    aspect = next(iter(turn.aspects), "") or _likeliest(turn, ABOUT)
    change = of_which(turn, aspect, focus, quote[1] if quote else "")
    likely = (intent for intent, near in turn.guess.ranked if intent in ABOUT and near >= FAINT and intent != aspect)
    return replace(change, besides=tuple(dict.fromkeys((*turn.aspects[1:], *likely)))[:2]) if change else None
