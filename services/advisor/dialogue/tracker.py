"""Follow a conversation: what each turn changes in what was understood. Pure; replayed from the messages each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from services.advisor.dialogue.deciding import decide
from services.advisor.dialogue.hearing import hear
from services.advisor.dialogue.intents import is_word
from services.advisor.dialogue.providers import said_of_providers
from services.advisor.dialogue.reading import Turn, read_turn
from services.advisor.dialogue.reply_language import reply_language
from services.advisor.dialogue.state import ABOUT, Change, NamedCourse, State
from services.advisor.dialogue.steps import CANNOT, QUOTED
from services.advisor.dialogue.titles import Titled, hidden, said_by_providers, said_titles, without_signs
from services.advisor.dialogue.wanting import after
from services.question.attitudes import CODES
from services.question.providers import Provided, without_providers
from services.question.spelling import mended
from services.question.tokens import words_of
from services.question.written_language import small_words as small_words_by_language
from services.question.written_language import written_language

CHARACTERS = 1_000
UNDOUBTED = 0.95


def replay(said: Iterable[tuple[str, str]], found: Iterable[NamedCourse] = ()) -> tuple[State, Change]:
    """Follow messages of (role, text), the last a person's; gives the state after it and what it changed.

    `found` are courses that the last message may name by their titles: those that a search for it brings.
    """
    said, state, change = list(said), State(), Change("vague")
    told = [course for role, text in said if role != "user" for course in hear(State(), text).named]
    for role, text in said:
        if role == "user":
            state, change = follow(state, text, (*found, *told))
        else:
            state = hear(state, text)
    return state, change


def follow(state: State, text: str, found: Iterable[NamedCourse] = ()) -> tuple[State, Change]:
    """Say what a person's turn changes, and what is understood after it. `found`: courses that it may name."""
    turn, said = read(state, text, found)
    change = replace(decide(turn.state, turn), text=said)
    return replace(after(turn.state, turn, change), titled=()), change


def read(state: State, text: str, found: Iterable[NamedCourse] = ()) -> tuple[Turn, str]:
    """Read what a person says in the state before it: the turn, in the state in which it is decided, and its words."""
    found = tuple(found)
    text = without_signs(text[:CHARACTERS])
    asked_in, text = reply_language(text)
    told = said_of_providers(text, (*found, *state.named), state)
    titled = said_titles(text, (*found, *state.named))
    titled = titled or said_by_providers(text, told, state.shown) or said_by_providers(text, told, state.named)
    certain = [one for one in titled if one.certain]  # "ciência de dados" is half a title, and Portuguese all the same
    spoken = asked_in or _language_of(_without_titles(text, certain), state)
    state = replace(state, spoken=spoken, turns=state.turns + 1, found=found)
    providers = tuple(one for one in told if not any(one.start < two.end and two.start < one.end for two in titled))
    return _read(state, without_providers(text, providers), titled, spoken, providers), text


def _read(state: State, text: str, titled: Sequence[Titled], spoken: str, providers: tuple[Provided, ...]) -> Turn:
    """Read a turn with its titles as names of courses, or as the subjects that they may be as well."""
    plain = read_turn(mended(text, spoken, is_word), spoken, state, providers)
    refused = {word for one in plain.asked.excluded for word in words_of(one.said)}
    titled = [one for one in titled if not set(words_of(text[one.start : one.end])) & refused]
    if titled and words_of(without_signs(hidden(text, titled))):  # a title and nothing else is searched for
        naming = replace(state, titled=tuple(one.course for one in titled))
        turn = read_turn(mended(hidden(text, titled), spoken, is_word), spoken, naming, providers)
        guesses = turn.guess, plain.guess
        meant = sum(guess.of(*ABOUT, *CANNOT, "compare", "path", "which") for guess in guesses)
        wished = sum(guess.of("find", "more", "next") for guess in guesses)
        sure = any(one.certain for one in titled) and wished < 2 * UNDOUBTED
        if not sure and (plain.goes_on or plain.does("correct")) and plain.known and not plain.aspects:
            return plain
        points = plain.aspects or plain.marked or plain.asks or plain.pointed.words or plain.does("the_one")
        if plain.known and not points and plain.guess.of("find") >= UNDOUBTED:  # "i want to write stories"
            return plain
        asked = bool(turn.aspects) and (turn.marked or turn.asks) and turn.guess.of("find") < UNDOUBTED
        if sure or ((asked or meant > wished) and not plain.does("exists", "learns", "similar")):
            return turn
    return plain


def _without_titles(text: str, titled: Sequence[Titled]) -> str:
    """Leave out what is quoted or is a title: it stands in the course's language, not in the person's."""
    left = QUOTED.sub(" ", without_signs(hidden(text, titled)))
    return left if words_of(left) else text


def _language_of(text: str, state: State) -> str:
    """Tell the language that is spoken: another than before only where more than one word of it is told."""
    found = CODES.get(written_language(text) or "", "") or _by_terms(text, state) or state.spoken
    if found == state.spoken or state.turns == 0 or found in ("zh", "ar") or state.spoken in ("zh", "ar"):
        return found
    asked = [
        word for word in words_of(text) if word in small_words_of(found) and word not in small_words_of(state.spoken)
    ]
    kept = [word for word in words_of(text) if word in small_words_of(state.spoken)]
    return found if len(set(asked)) > 1 or (asked and not kept) else state.spoken


@cache
def small_words_of(code: str) -> frozenset[str]:
    """Give the small words of a language."""
    name = next((name for name, written in CODES.items() if written == code), "")
    return frozenset(word for word, languages in small_words_by_language().items() if name in languages)


def _by_terms(text: str, state: State) -> str:
    return "" if state.turns else CODES.get(written_language(text, terms=True) or "", "")
