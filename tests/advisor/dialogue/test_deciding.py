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


@pytest.mark.parametrize(
    "said",
    [
        "I registered this morning. Where do I begin?",
        "30 years raising children, my turn now. where do I start",
        "The company pays for a training each spring, so I have to pick one.",
        "what looks good on my CV?",
        "me inscribí ayer, ¿por dónde empiezo?",
        "ich habe mich heute angemeldet, womit fange ich an?",
        "acabei de me cadastrar, por onde começo?",
        "我刚注册，选哪门课好",
        "سجلت اليوم، من أين أبدأ؟",
    ],
)
def test_who_asks_where_to_begin_and_tells_only_of_themselves_is_asked_back(said: str) -> None:
    _, change = understood(said)

    assert change.kind == "vague"


@pytest.mark.parametrize("said", ["welding, where do I start?", "python. which course should I take?"])
def test_who_asks_where_to_begin_with_something_is_shown_it(said: str) -> None:
    state, change = understood(said)

    assert change.kind == "new_topic"
    assert state.wanted.topic


@pytest.mark.parametrize(
    ("said", "topic", "language"),
    [
        ("french then, i speak only portuguese", "french", None),
        ("je me débrouille en anglais mais je voudrais mieux le parler", "anglais", None),
        ("I get by in Spanish and would like to speak it better", "Spanish", None),
        ("cooking, i speak only french", "cooking", "French"),
        ("gibts was zu Demenz? Englisch wär kein Problem", "Demenz", "English"),
        ("algo de demencia, inglés no es problema", "demencia", "English"),
    ],
)
def test_a_language_is_learnt_or_taught_in(said: str, topic: str, language: str | None) -> None:
    state, _ = understood(said)

    assert topic in state.wanted.topic
    assert state.wanted.language == language


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("drop all my courses, I can't keep up", "drop"),
        ("lösch alle meine Kurse", "drop"),
        ("kannst du mir die Bescheinigung vom Kochkurs nochmal schicken", "account"),
        ("¿puedo pagar en cuotas?", "pay"),
        ("هل يمكن الدفع بالتقسيط؟", "pay"),
        ("可以分期付款吗", "pay"),
    ],
)
def test_what_an_adviser_cannot_do_is_heard_whatever_course_it_names(said: str, aspect: str) -> None:
    _, change = understood(said)

    assert (change.kind, change.aspect) == ("cannot", aspect)


@pytest.mark.parametrize(
    "said", ["what's the closest thing", "qu'est-ce qui s'en rapproche", "was kommt dem am nächsten?", "最接近的呢"]
)
def test_the_closest_is_looked_for_where_nothing_fitted(said: str) -> None:
    state, change = understood(
        "advanced harp", f"Nothing in the catalogue fits that exactly; the nearest:{LIST[39:]}", said
    )

    assert change.kind == "widen"
    assert "harp" in state.wanted.topic


@pytest.mark.parametrize("said", ["thanks anyway, goodbye", "merci quand même, au revoir", "还是谢谢，再见"])
def test_who_takes_leave_is_not_searched_for(said: str) -> None:
    assert understood("python", LIST, said)[1].kind == "small_talk"
