"""What was refused and is taken back is wanted, and shown, again; what was not refused is not."""

from __future__ import annotations

import pytest

from services.advisor.dialogue.state import State
from services.advisor.dialogue.tracker import replay

PYTHON = "Programming with Python from Scratch"
LIST = f"These courses fit what you asked for:\n1. {PYTHON} (HaldenX+CS101)"


def understood(*said: str) -> State:
    return replay((("user", "assistant")[at % 2], text) for at, text in enumerate(said))[0]


@pytest.mark.parametrize(
    ("first", "then", "again"),
    [
        ("law, but no human rights", "oh go on, put it back in", "human rights"),
        ("law, but no human rights", "actually human rights are fine after all", "human rights"),
        ("something about food without chemistry", "actually no. chemistry is fine after all", "chemistry"),
        ("algo de salud pero sin estadística", "bueno, me retracto", "estadística"),
        ("la cuisine, mais sans chimie", "bon allez, un peu de chimie ça passe", "chimie"),
        ("Naturwissenschaft, aber ohne Chemie", "hab's mir anders überlegt, Chemie doch", "Chemie"),
        ("algo de dados, mas sem estatística", "pensando bem, estatística pode ser", "estatística"),
        ("人工智能，不要统计", "改主意了，统计可以了", "统计"),
    ],
)
def test_what_is_taken_back_is_wanted_again(first: str, then: str, again: str) -> None:
    refused, after = understood(first), understood(first, LIST, then)

    assert again in refused.wanted.excluded
    assert after.wanted.excluded == ()
    assert again in after.wanted.topic, "it leads what is shown"


def test_one_refusal_is_taken_back_and_another_said() -> None:
    state = understood("food, but no chemistry", LIST, "chemistry is fine after all, just no medicine please")

    assert state.wanted.excluded == ("medicine",)


@pytest.mark.parametrize(
    "then", ["is the first one fine for beginners?", "ok, and something with music", "python is fine"]
)
def test_what_else_is_fine_takes_no_refusal_back(then: str) -> None:
    assert "human rights" in understood("law, but no human rights", LIST, then).wanted.excluded
