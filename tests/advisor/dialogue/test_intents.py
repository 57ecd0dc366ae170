"""What somebody wants, in wordings that no example has."""

import pytest

from services.advisor.dialogue.intents import guess_intent


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("any chance you could squeeze me into that class", "cannot_enroll"),
        ("are you still taking people for the autumn one", "dates"),
        ("will i be lost without calculus", "prerequisites"),
        ("verrat mir, welche kurse mein chef belegt hat", "cannot_others"),
        ("me tira desse curso, me arrependi", "cannot_drop"),
        ("je suis perdu, aide-moi à choisir", "vague"),
        ("这门课大概要学几个星期", "length"),
        ("ما الشروط قبل هذه الدورة", "prerequisites"),
        ("thought about learning to weld", "find"),
        ("veterinary surgery", "find"),
        ("fontanería", "find"),
    ],
)
def test_hears_what_is_wanted(said: str, intent: str) -> None:
    assert guess_intent(said).intent == intent


def test_shares_add_up_and_nothing_said_wants_nothing() -> None:
    guess = guess_intent("is it hard?")

    assert abs(sum(near for _, near in guess.ranked) - 1) < 1e-6
    assert guess.of("level", "length") >= guess.of("level")
    assert guess_intent("").intent == ""
