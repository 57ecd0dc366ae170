"""What all signs of a turn together make of it, where no one sign does."""

from __future__ import annotations

import pytest

from services.advisor.dialogue.deciding import JUDGED
from services.advisor.dialogue.reading import read_turn
from services.advisor.dialogue.state import Change, State
from services.advisor.dialogue.tracker import replay
from services.advisor.dialogue.turn_kinds import judge, kind_of

PYTHON, SQL = "Programming with Python from Scratch", "Databases and SQL for Beginners"
LIST = f"These courses fit what you asked for:\n1. {PYTHON} (HaldenX+CS101)\n2. {SQL} (HaldenX+DB101)"
WAY = f"In this order:\n1. {PYTHON} (HaldenX+CS101)\n2. {SQL} (HaldenX+DB101)"
TWO = f"“{PYTHON}” (HaldenX+CS101): Level: introductory.\n“{SQL}” (HaldenX+DB101): Level: introductory."


def understood(*said: str) -> tuple[State, Change]:
    """Follow what was said in turns: a person, the adviser, a person …"""
    return replay((("user", "assistant")[at % 2], text) for at, text in enumerate(said))


@pytest.mark.parametrize(
    "said",
    [
        "not javascript tho, that language hurts me",
        "its for understanding my kid, shes 4",
        "easier pls, its for my mum",
    ],
)
def test_what_goes_on_keeps_the_topic(said: str) -> None:
    state, change = understood("web development", LIST, said)

    assert kind_of(change) == "refine"
    assert state.wanted.topic.startswith("web development")


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("which is easier", "easier"),
        ("which of these is the hardest", "harder"),
        ("which of those is the hardest bit", "harder"),
        ("¿cuál es el más difícil?", "harder"),
        ("welcher ist am schwersten?", "harder"),
        ("哪个最难？", "harder"),
    ],
)
@pytest.mark.parametrize("laid_out", [("roadmap to databases", WAY), (f"difference between {PYTHON} and {SQL}?", TWO)])
def test_the_easiest_and_the_hardest_are_chosen_among_what_is_laid_out(
    laid_out: tuple[str, str], said: str, step: str
) -> None:
    _, change = understood(*laid_out, said)

    assert (change.kind, change.aspect) == ("which", step)
    assert {course.key for course in change.courses} == {"HaldenX+CS101", "HaldenX+DB101"}


@pytest.mark.parametrize("said", ["the german one? level and what do i need", "tell me about the german one"])
def test_the_one_in_a_language_is_looked_up_where_none_was_shown(said: str) -> None:
    _, change = understood("privacy law", LIST, said)

    assert (change.kind, change.mention, change.language) == ("about", "privacy law", "German")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("enrol me in the second one", "cannot"),
        ("inscris-moi au cours de cuisine stp", "cannot"),
        ("das niveau ist mir egal", "widen"),
        ("shorter list please", "narrow"),
    ],
)
def test_what_is_said_in_so_many_words_is_not_overruled(said: str, kind: str) -> None:
    _, change = understood("cooking for beginners", LIST, said)

    assert change.kind == kind


def test_a_share_is_a_probability_and_a_plain_wish_is_a_search() -> None:
    judged = judge(State(), read_turn("i want to learn databases", "en", State()))

    assert judged.kind == "search"
    assert JUDGED < judged.share <= 1
