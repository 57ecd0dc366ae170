"""What is understood of a conversation: each turn's change, by kind, in several languages; and what always holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.advisor.dialogue.hearing import hear
from services.advisor.dialogue.state import Change, State, understood_as_json
from services.advisor.dialogue.tracker import follow, replay
from services.question.phrases import read_rows

PYTHON, SQL = "Programming with Python from Scratch", "Databases and SQL for Beginners"
LIST = f"These courses fit what you asked for:\n1. {PYTHON} (HaldenX+CS101)\n2. {SQL} (HaldenX+DB101)"
ABOUT_SQL = f"“{SQL}” (HaldenX+DB101): first asks for: “{PYTHON}” (HaldenX+CS101)."
SAID = [row.sentence for table in ("acts", "everyday_words", "references", "levels") for row in read_rows(table)][::7]


def understood(*said: str) -> tuple[State, Change]:
    """Follow what was said in turns: a person, the adviser, a person …"""
    return replay((("user", "assistant")[at % 2], text) for at, text in enumerate(said))


@pytest.mark.parametrize(
    ("said", "level", "language"),
    [
        ("for beginners then", "Introductory", None),
        ("only in French", None, "French"),
        ("bitte auf Deutsch", None, "German"),
        ("en español, por favor", None, "Spanish"),
        ("pour débutants", "Introductory", None),
        ("只要中文授课的", None, "Chinese"),
        ("that is too hard, something easier", "Introductory", None),
        ("too easy, something more advanced", "Advanced", None),
    ],
)
def test_conditions_alone_narrow_what_was_wanted(said: str, level: str | None, language: str | None) -> None:
    state, change = understood("databases", LIST, said)

    assert change.kind in ("narrow", "switch")
    assert (state.wanted.topic, state.wanted.level, state.wanted.language) == ("databases", level, language)


def test_a_reason_beside_a_refusal_is_no_topic() -> None:
    state, _ = understood("cours de philosophie", LIST, "sans la logique formelle, je suis nul en maths")

    assert state.wanted.topic == "philosophie"
    assert "maths" not in state.wanted.topic


def test_one_step_harder_than_the_level_before() -> None:
    state, _ = understood("databases for beginners", LIST, "too easy")

    assert state.wanted.level == "Intermediate"


@pytest.mark.parametrize(
    "said", ["more", "others please", "otros", "d'autres", "noch andere", "mais opções", "还有别的吗"]
)
def test_going_on_keeps_the_topic(said: str) -> None:
    state, change = understood("databases", LIST, said)

    assert change.kind == "more"
    assert state.wanted.topic == "databases"
    assert state.seen == {"HaldenX+CS101", "HaldenX+DB101"}


@pytest.mark.parametrize(
    ("said", "key", "aspect"),
    [
        ("is the second hard?", "HaldenX+DB101", "level"),
        ("what do I need for the sql one?", "HaldenX+DB101", "prerequisites"),
        ("when does the first start", "HaldenX+CS101", "dates"),
        ("el segundo, ¿es difícil?", "HaldenX+DB101", "level"),
        ("was kommt nach dem ersten", "HaldenX+CS101", "after"),
        ("第二门难吗", "HaldenX+DB101", "level"),
        ("why is it first?", "HaldenX+CS101", "why"),
    ],
)
def test_a_question_about_a_course_is_no_search(said: str, key: str, aspect: str) -> None:
    state, change = understood("databases", LIST, said)

    assert (change.kind, change.aspect) == ("about", aspect)
    assert [course.key for course in change.courses] == [key]
    assert state.wanted.topic == "databases"


def test_before_that_follows_the_chain_and_it_stays() -> None:
    _, before = understood("databases", LIST, "what do I need for the second?", ABOUT_SQL, "and before that?")
    _, it = understood("databases", LIST, "what do I need for the second?", ABOUT_SQL, "is it hard?")

    assert [course.key for course in before.courses] == ["HaldenX+CS101"]
    assert [course.key for course in it.courses] == ["HaldenX+DB101"]


def test_two_things_asked_at_once_are_both_heard() -> None:
    _, change = understood("databases", LIST, "which language is the second in, and when does it start?")

    assert {change.aspect, *change.besides} == {"course_language", "dates"}


def test_which_of_them_chooses_among_those_shown() -> None:
    _, change = understood("databases", LIST, "which of them is for beginners?")

    assert change.kind == "which"
    assert change.level == "Introductory"
    assert [course.key for course in change.courses] == ["HaldenX+CS101", "HaldenX+DB101"]


def test_a_slip_of_the_keyboard_is_mended() -> None:
    state, _ = understood("i wnat to learn statstics")

    assert "statistics" in state.wanted.topic


def test_a_title_in_another_language_does_not_change_the_conversation_s() -> None:
    state, _ = understood("有没有数据库课程", LIST, f"{SQL} 这门难吗")

    assert state.spoken == "zh"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(SAID), st.sampled_from([LIST, ABOUT_SQL])), max_size=7))
def test_any_conversation_is_understood_somehow(said: list[str]) -> None:
    state, change = understood(*said, "databases")

    told = understood_as_json(state, change)
    assert told["spoken"] in {"en", "es", "fr", "de", "pt", "zh", "ar"}
    assert not set(state.wanted.not_languages) & {state.wanted.language}
    assert not set(state.wanted.not_levels) & {state.wanted.level}
    assert len(state.lists) <= 8


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SAID), st.sampled_from(SAID))
def test_following_is_pure(first: str, second: str) -> None:
    state, _ = follow(State(), first)
    before = hear(state, LIST)

    assert follow(before, second) == follow(before, second)
    assert hear(before, ABOUT_SQL) == hear(before, ABOUT_SQL)


def test_and_the_second_asks_the_same_again() -> None:
    _, change = understood("databases", LIST, "is the first one hard?", ABOUT_SQL, "and the second?")

    assert (change.kind, change.aspect) == ("about", "level")


@pytest.mark.parametrize("said", ["does it need any maths?", "do i need to code for that"])
def test_what_it_needs_is_asked_of_it_and_not_of_a_course_of_that_name(said: str) -> None:
    _, change = understood("databases", LIST, "tell me more about the second", ABOUT_SQL, said)

    assert (change.kind, change.aspect) == ("about", "prerequisites")
    assert [course.key for course in change.courses] == ["HaldenX+DB101"]


def test_and_a_subject_after_a_refusal_refuses_more() -> None:
    state, _ = understood("philosophy", LIST, "skip logic", LIST, "and ethics")

    assert (state.wanted.topic, state.wanted.excluded) == ("philosophy", ("logic", "ethics"))


def test_back_to_a_language_is_a_condition() -> None:
    state, change = understood("databases", LIST, "only in French", LIST, "back to english ones")

    assert change.kind in ("narrow", "switch")
    assert state.wanted.language == "English"


@pytest.mark.parametrize("said", ["french then", "French"])
def test_a_bare_language_after_another_topic_is_the_language_of_teaching(said: str) -> None:
    state, _ = understood("databases", LIST, said)

    assert (state.wanted.topic, state.wanted.language) == ("databases", "French")


def test_a_bare_language_after_languages_is_what_to_learn() -> None:
    state, _ = understood("I want to learn a new language", LIST, "French")

    assert "french" in state.wanted.topic.casefold()


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("am i allowed to start the epidemiology one yet?", "prerequisites"),
        ("who is teaching the dementia care thing?", "provider"),
        ("tell me about the ML in production course", "content"),
    ],
)
def test_a_question_about_a_named_course_is_about_it(said: str, aspect: str) -> None:
    _, change = understood(said)

    assert (change.kind, change.aspect) == ("about", aspect)
    assert change.mention


def test_the_french_one_is_told_by_the_language_of_its_title() -> None:
    listed = "1. Le droit du numérique (RivesX+DRO201)\n2. Privacy and Data Protection (TarnwoodX+LAW220)"
    _, change = understood("protection des données", listed, "celui en français, il est de quel niveau ?")

    assert [course.key for course in change.courses] == ["RivesX+DRO201"]


@pytest.mark.parametrize(("said", "limit"), [("just two", 2), ("shorter list please", 2)])
def test_fewer_courses_are_a_condition(said: str, limit: int) -> None:
    state, change = understood("databases", LIST, said)

    assert (change.kind, state.wanted.topic, state.wanted.limit) == ("narrow", "databases", limit)


def test_a_colleague_who_is_only_named_is_nobody_whose_courses_are_asked_for() -> None:
    _, change = understood("project management", LIST, "actually scrum isnt so bad, my colleague says its the thing")

    assert change.kind != "cannot"


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("sorry, please answer me in English. ist das jetzt offen?", "en"),
        ("réponds-moi en français: any other database course?", "fr"),
        ("antworte bitte auf Deutsch", "de"),
        ("respóndeme en español", "es"),
    ],
)
def test_answers_in_the_language_that_is_asked_for(said: str, spoken: str) -> None:
    state, _ = understood("databases", LIST, said)

    assert state.spoken == spoken
    assert state.wanted.language is None  # of answering, not of teaching


def test_a_wish_to_speak_a_language_asks_for_no_answer_in_it() -> None:
    state, _ = understood("I want to speak in Spanish with my neighbours")

    assert state.spoken == "en"


@pytest.mark.parametrize("said", ["i did a year of it at school already", "I learnt that at uni"])
def test_what_somebody_tells_of_themselves_asks_nothing_about_a_course(said: str) -> None:
    _, change = understood("databases", LIST, said)

    assert (change.kind, change.aspect) != ("about", "taken")


def test_what_is_known_already_is_left_out_of_the_way_that_was_laid_out() -> None:
    path = f"In this order:\n1. {PYTHON} (HaldenX+CS101)\n2. {SQL} (HaldenX+DB101)"
    state, change = understood("how do I get to databases from nothing?", path, "i know python already")

    assert (change.kind, state.wanted.known) == ("path", ("python",))


def test_what_one_knows_is_no_subject_of_the_way_to_a_goal() -> None:
    state, change = understood("how do i get from what i know to deep learning")

    assert (change.kind, change.mention, state.wanted.known) == ("path", "deep learning", ())


@pytest.mark.parametrize(
    ("said", "level", "language"),
    [
        ("same level but physics", "Advanced", "Spanish"),
        ("physics in the same language", None, "Spanish"),
        ("still Spanish but physics", None, "Spanish"),
        ("physics", None, "Spanish"),  # whoever reads Spanish reads it of physics, too
        ("physics in French", None, "French"),
    ],
)
def test_a_new_topic_keeps_the_language_and_a_level_that_is_the_same(
    said: str, level: str | None, language: str
) -> None:
    state, _ = understood("advanced databases in Spanish", LIST, said)

    assert "physics" in state.wanted.topic
    assert (state.wanted.language, state.wanted.level) == (language, level)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Programmieren, aber bitte nicht auf Englisch", "German"),
        ("programación, pero no en inglés", "Spanish"),
        ("une nouvelle langue, mais pas l'anglais", None),  # what is taught is refused, and no language to read
        ("programming, but not in English", None),
    ],
)
def test_who_refuses_english_in_another_language_reads_that_one(said: str, language: str | None) -> None:
    state, _ = understood(said)

    assert state.wanted.language == language


def test_a_language_that_will_do_too_frees_the_one_before_and_another_word_for_also_does_not() -> None:
    freed, _ = understood("cooking in French", LIST, "English is fine too")
    kept, _ = understood("cooking", LIST, "also i hate chemistry. english only")

    assert (freed.wanted.language, kept.wanted.language) == (None, "English")


@pytest.mark.parametrize("said", ["any level is fine actually", "das niveau ist mir egal"])
def test_a_condition_that_is_given_up_asks_nothing_about_a_course(said: str) -> None:
    state, change = understood("databases for beginners", LIST, said)

    assert (change.kind, state.wanted.level) == ("widen", None)


@pytest.mark.parametrize("said", ["Recht, aber in französisch", "business course in portugese for my brother"])
def test_a_language_is_heard_though_it_is_misspelt(said: str) -> None:
    state, _ = understood(said)

    assert state.wanted.language in ("French", "Portuguese")


def test_a_condition_of_a_list_is_no_wish_to_leave_a_course() -> None:
    state, change = understood("intermediate security courses", LIST, "hm back to beginner, my son will do it, not me")

    assert (change.kind, state.wanted.topic, state.wanted.level) == ("switch", "security", "Introductory")


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("so nothing about chess?", "chess"),
        ("nichts über Schach?", "Schach"),
        ("¿nada sobre ajedrez?", "ajedrez"),
    ],
)
def test_who_asks_whether_there_is_nothing_refuses_nothing(said: str, topic: str) -> None:
    state, _ = understood("history", LIST, said)

    assert (state.wanted.topic, state.wanted.excluded) == (topic, ())


@pytest.mark.parametrize("said", ["and without maths?", "no maths please", "nothing with maths"])
def test_a_refusal_stays_one(said: str) -> None:
    state, _ = understood("history", LIST, said)

    assert (state.wanted.topic, state.wanted.excluded) == ("history", ("maths",))


@pytest.mark.parametrize(
    ("said", "mention"),
    [
        ("biochem. do i need chemistry for it or is bio enough", "biochem"),
        ("machine learning, do I need to know calculus?", "machine learning"),
    ],
)
def test_a_course_is_what_stands_before_what_it_may_need(said: str, mention: str) -> None:
    _, change = understood(said)

    assert (change.kind, change.aspect, change.mention) == ("about", "prerequisites", mention)
