"""Who is to offer the courses, as turns set, add, switch and free it; and what is asked of the tools and answered."""

from __future__ import annotations

from typing import Any

import pytest

from services.advisor.dialogue.planner import step
from services.advisor.dialogue.state import Change, NamedCourse, State, understood_as_json
from services.advisor.dialogue.tracker import follow, replay

LIST = (
    "These courses fit what you asked for:\n1. Databases and SQL for Beginners (HaldenX+DB101)\n"
    "2. Data Pipelines for Beginners (QuaysideX+DE201)\n3. Bases de datos y SQL en la práctica (MontealbaX+BD201)"
)
ABOUT = "“Databases and SQL for Beginners” (HaldenX+DB101): Offered by: HaldenX."
LARKSPUR = NamedCourse("LarkspurX+DES101", "Graphic Design Basics")
OFFERED = {"match_courses", "read_course"}


def understood(*said: str, found: tuple[NamedCourse, ...] = ()) -> tuple[State, Change]:
    """Follow what was said in turns: a person, the adviser, a person …"""
    return replay(((("user", "assistant")[at % 2], text) for at, text in enumerate(said)), found)


def providers_of(state: State) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return state.wanted.organisations, state.wanted.not_organisations


@pytest.mark.parametrize(
    ("said", "topic", "wanted", "refused"),
    [
        ("statistics but NOT from HaldenX", "statistics", (), ("HaldenX",)),
        ("design courses, only from Larkspur if possible", "design", ("LarkspurX",), ()),
        ("Databases from LindenauX?", "Databases", ("LindenauX",), ()),
        ("programming courses made by KaveriX", "programming", ("KaveriX",), ()),
        ("what does MeridianX have on running a business? only theirs", "business", ("MeridianX",), ()),
        ("statistics, anybody but MeridianX or HaldenX", "statistics", (), ("MeridianX", "HaldenX")),
        ("estadística, nada de HaldenX", "estadística", (), ("HaldenX",)),
        ("histoire, seulement de RivesX", "histoire", ("RivesX",), ()),
        ("Statistik, aber nicht von HaldenX", "Statistik", (), ("HaldenX",)),
        ("história, só da SerraClaraX", "história", ("SerraClaraX",), ()),
        ("统计，不要HaldenX的", "统计", (), ("HaldenX",)),
        ("الإحصاء ليس من HaldenX", "الإحصاء", (), ("HaldenX",)),
    ],
)
def test_a_search_names_who_is_to_offer_it(
    said: str, topic: str, wanted: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    state, change = follow(State(), said, [LARKSPUR])

    assert change.kind == "new_topic"
    assert state.wanted.topic == topic
    assert providers_of(state) == (wanted, refused)
    assert not state.wanted.excluded


@pytest.mark.parametrize(
    ("said", "wanted", "refused"),
    [
        ("anybody but MeridianX", ("KaveriX",), ("HaldenX", "MeridianX")),
        ("same thing from Larkspur instead", ("LarkspurX",), ("HaldenX",)),
        ("had a row with MeridianX support so keep their stuff away from me", ("KaveriX",), ("HaldenX", "MeridianX")),
        ("KaveriX is a scam", (), ("HaldenX", "KaveriX")),
        ("haldenx is fine now, show me theirs too", ("KaveriX", "HaldenX"), ()),
        ("also from RivesX", ("KaveriX", "RivesX"), ("HaldenX",)),
        ("not only from KaveriX", (), ("HaldenX",)),
        ("forget who makes it, anybody's fine", (), ()),
        ("any provider", (), ()),
        ("also other providers", (), ("HaldenX",)),
        ("auch andere Anbieter", (), ("HaldenX",)),
        ("from somebody else please", (), ("HaldenX", "KaveriX")),
        ("KaveriX taught my boss and look how he turned out, somebody else maybe?", (), ("HaldenX", "KaveriX")),
        ("ok whoever has them then", (), ()),
        ("SerraClaraX?", ("SerraClaraX",), ("HaldenX",)),
        ("HaldenX or RivesX", ("HaldenX", "RivesX"), ()),
        ("egal von wem", (), ()),
        ("auch von LindenauX", ("KaveriX", "LindenauX"), ("HaldenX",)),
        ("peu importe qui le propose", (), ()),
        ("pas de RivesX", ("KaveriX",), ("HaldenX", "RivesX")),
        ("cualquier proveedor", (), ()),
        ("só da QuaysideX", ("QuaysideX",), ("HaldenX",)),
        ("谁开的都行", (), ()),
        ("只要YunheX的", ("YunheX",), ("HaldenX",)),
        ("من اي جهة", (), ()),
    ],
)
def test_a_turn_sets_adds_switches_or_frees_it(said: str, wanted: tuple[str, ...], refused: tuple[str, ...]) -> None:
    state, change = understood("databases from KaveriX, not HaldenX", LIST, said, found=(LARKSPUR,))

    assert change.kind in ("narrow", "switch", "widen")
    assert state.wanted.topic == "databases"
    assert [*map(sorted, providers_of(state))] == [sorted(wanted), sorted(refused)]


def test_other_conditions_of_the_turn_hold_beside_it() -> None:
    before = ("advanced electronics, but only QuaysideX", LIST)

    freed = understood(*before, "now forget who makes it, anybody's fine, but auf deutsch")[0].wanted
    switched = understood(*before, "any level then, but made by KaveriX")[0].wanted

    assert (freed.organisations, freed.language, freed.level) == ((), "German", "Advanced")
    assert (switched.organisations, switched.level) == (("KaveriX",), None)


@pytest.mark.parametrize("said", ["for beginners", "in Spanish", "more", "without R", "2 are enough"])
def test_it_holds_for_what_follows(said: str) -> None:
    state, _ = understood("databases from KaveriX, not HaldenX", LIST, said)

    assert providers_of(state) == (("KaveriX",), ("HaldenX",))


def test_a_new_topic_keeps_who_is_refused_and_frees_who_was_wanted() -> None:
    before = ("databases from KaveriX, not HaldenX", LIST)

    assert providers_of(understood(*before, "photography")[0]) == ((), ("HaldenX",))
    assert providers_of(understood(*before, "and photography?")[0]) == (("KaveriX",), ("HaldenX",))


def test_conditions_said_before_any_topic_hold_for_the_first() -> None:
    state, _ = understood("no HaldenX for me please", "What would you like to learn?", "statistics")

    assert state.wanted.topic == "statistics"
    assert providers_of(state) == ((), ("HaldenX",))


@pytest.mark.parametrize(
    "said", ["who offers it?", "is it by HaldenX?", "is it from MeridianX?", "¿es de HaldenX?", "ist der von RivesX?"]
)
def test_a_question_about_a_course_s_provider_is_one_about_the_course(said: str) -> None:
    state, change = understood("databases", LIST, "tell me about the first", ABOUT, said)

    assert (change.kind, change.aspect) == ("about", "provider")
    assert [course.key for course in change.courses] == ["HaldenX+DB101"]
    assert providers_of(state) == ((), ())


@pytest.mark.parametrize(
    "said", ["can I do it at any university?", "none of them", "skip them", "is it from anywhere?"]
)
def test_words_of_anybody_mean_no_provider_where_none_was_named(said: str) -> None:
    state, change = understood("databases", LIST, said)

    assert providers_of(state) == ((), ())
    assert change.kind != "widen"


def test_a_course_is_meant_by_who_offers_it() -> None:
    state, change = understood("databases", LIST, "tell me more about the QuaysideX one")

    assert change.kind == "about"
    assert [course.key for course in change.courses] == ["QuaysideX+DE201"]
    assert providers_of(state) == ((), ())


def test_understood_tells_it() -> None:
    told = understood_as_json(*understood("databases from KaveriX, not HaldenX"))

    assert told["organisations"] == ["KaveriX"]
    assert told["excluded"] == ["HaldenX"]


def _match(key: str, title: str, words: tuple[str, ...]) -> dict[str, Any]:
    reasons = [{"kind": "matched_words", "field": "title", "words": list(words)}] if words else []
    told = {
        "level": "Introductory",
        "language": "English",
        "score": 1.0,
        "fit": {"topic": "strong" if words else "weak"},
    }
    return {"course_key": key, "title": title, "reasons": reasons} | told


def test_the_tools_are_asked_for_it() -> None:
    calls = step(*understood("databases from KaveriX, not HaldenX"), [], OFFERED)

    assert isinstance(calls, list)
    assert calls[0][1]["organisation"] == ["KaveriX"]
    assert calls[0][1]["exclude_organisations"] == ["HaldenX"]


def test_where_nobody_asked_for_has_it_others_are_near() -> None:
    state, change = understood("databases from LindenauX?")
    none = ("match_courses", {}, True, {"matches": [_match("LindenauX+DEU101", "Deutsch für den Alltag", ())]})
    others = ("match_courses", {}, True, {"matches": [_match("HaldenX+DB101", "Databases", ("Databases",))]})

    wider = step(state, change, [none], OFFERED)
    answer = step(state, change, [none, others], OFFERED)

    assert isinstance(wider, list)
    assert "organisation" not in wider[0][1]
    assert answer == "Nothing in the catalogue fits that exactly; the nearest:\n1. Databases (HaldenX+DB101)"


def test_what_a_provider_has_at_all_is_asked_by_its_name() -> None:
    calls = step(*understood("what do you have from MeridianX?"), [], OFFERED)

    assert calls == [("match_courses", {"keywords": "MeridianX", "limit": 20, "organisation": ["MeridianX"]})]
