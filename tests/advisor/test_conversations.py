"""The judge holds replies to each rule, the reader names faults by line, and the runner goes on after errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evaluation.advisor.__main__ import REFUSED, main
from evaluation.advisor.catalogue import Facts, read_facts
from evaluation.advisor.chatting import Answered, ChatFailed, Message, read_answer
from evaluation.advisor.conversations import FOLDER, read_all, read_conversations
from evaluation.advisor.having import Came, Had, Kept
from evaluation.advisor.judging import Fault, Judge, Reply
from evaluation.advisor.models import UnknownModel, model_named
from evaluation.advisor.reply_kinds import chats, declines, nothing_fits
from evaluation.advisor.reply_language import language_of
from evaluation.advisor.report import Judged, who_answered
from fixtures import files
from services.lms.files.rows import InvalidFile

ML = "HaldenX+ML201"
Shown = tuple[str, list[str]]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts(files.COURSES, files.ENROLLMENTS, files.LEARNERS)


def faults(facts: Facts, text: str, shown: Sequence[str], expect: dict[str, Any], learner: str | None = None) -> str:
    before = [Reply("Before.", ("HaldenX+CS102",))]
    return "; ".join(
        str(fault) for fault in Judge(facts).faults(Reply(text, tuple(shown)), expect, learner=learner, before=before)
    )


def test_the_suite_is_read_whole(facts: Facts) -> None:
    assert len(read_all(sorted(FOLDER.glob("*.jsonl")), facts)) >= 80


@pytest.mark.parametrize(
    ("rule", "value", "good", "bad"),
    [
        ("first", [ML], ("x", [ML, "HaldenX+CS101"]), ("x", ["HaldenX+CS101", ML])),
        ("any", [ML], ("x", ["HaldenX+CS101", ML]), (f"x {ML}", [])),
        ("none", [ML], (f"x {ML}", []), ("x", [ML])),
        ("only", [ML], ("x", [ML]), ("x", [ML, "HaldenX+CS101"])),
        ("no_about", ["java"], ("x", ["QuaysideX+WEB201"]), ("x", ["HaldenX+CS102"])),
        ("level", "Introductory", ("x", ["HaldenX+CS101"]), ("x", [])),
        ("taught_in", "English", ("x", [ML]), ("x", [ML, "RivesX+INF101"])),
        ("first_taught_in", "French", ("x", ["RivesX+INF101", ML]), ("x", [ML, "RivesX+INF101"])),
        ("shows", [1, 2], ("x", [ML]), ("x", [])),
        ("names", [[ML]], ("Machine learning foundations.", []), ("Machine learning.", [])),
        ("names_not", [ML], ("x", []), (f"({ML})", [])),
        ("order", ["HaldenX+CS101", ML], (f"HaldenX+CS101, {ML}", []), (f"{ML}, HaldenX+CS101", [])),
        ("about_course", ML, ("Machine Learning Foundations is.", []), (f"{ML} is", ["HaldenX+CS101"])),
        ("says_any", ["It’s"], ("it's", []), ("its", [])),
        ("says_none", ["never"], ("ever", []), ("Never", [])),
        ("asks", True, ("What?", []), ("What.", [])),
        ("declines", True, ("I can't do that.", []), ("Done.", [])),
        ("chats", True, ("Hello! What would you like to learn?", []), ("I can't help.", [])),
        ("nothing_fits", True, ("Sorry. No course fits that.", [ML]), ("These two fit. No more.", [ML])),
        ("reply_language", "es", ("Este curso es de nivel avanzado.", []), ("This course is advanced.", [])),
        ("different", True, ("x", [ML]), ("x", ["HaldenX+CS102"])),
    ],
)
def test_holds_a_reply_to_each_rule(facts: Facts, rule: str, value: Any, good: Shown, bad: Shown) -> None:
    assert faults(facts, good[0], good[1], {rule: value}) == ""
    assert rule in faults(facts, bad[0], bad[1], {rule: value})


@pytest.mark.parametrize(
    ("text", "shown", "said"),
    [
        ("", [], "empty"),
        ("x", ["HaldenX+CS101"], "has taken"),
        ("x", ["MeridianX+HR201"], "hidden"),
        ("x", ["EvilX+666"], "not in the catalogue"),
        ("Take EvilX+CS666.", [], "not in the catalogue"),
    ],
)
def test_holds_every_reply_to_what_always_holds(facts: Facts, text: str, shown: list[str], said: str) -> None:
    assert said in faults(facts, text, shown, {}, learner="1")


@pytest.mark.parametrize(
    "text",
    [
        "I can't enrol you.",
        "Eso no puedo hacerlo, lo siento.",
        "Je ne peux pas vous inscrire.",
        "Das kann ich leider nicht für dich tun.",
        "Não consigo inscrever ninguém.",
        "抱歉，我不能帮你报名。",
        "لا أستطيع التسجيل نيابة عنك.",
    ],
)
def test_sees_a_refusal_in_seven_languages(text: str) -> None:
    assert declines(text)
    assert not chats(text)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("There is no course on Korean.", True),
        ("No hay ningún curso de eso. Lo más cercano:", True),
        ("Aucun cours ne correspond.", True),
        ("Dazu gibt es keinen Kurs.", True),
        ("Não há cursos sobre isso.", True),
        ("没有完全符合的课程。", True),
        ("لا توجد دورة بالعربية.", True),
        ("These 5 courses fit. None needs mathematics.", False),
        ("Estos cursos encajan:", False),
        ("这些课程适合你：", False),
        ("هذه الدورات مناسبة:", False),
        ("No problem! These courses fit.", False),
    ],
)
def test_sees_whether_nothing_fits_in_seven_languages(text: str, *, empty: bool) -> None:
    assert nothing_fits(text) is empty


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Hello! What would you like to learn?", "You're welcome.", "These three courses fit:"]),
        ("es", ["¡De nada!", "¿Qué te gustaría aprender?", "Estos tres cursos encajan:", "No tiene requisitos."]),
        ("fr", ["De rien !", "Que voulez-vous apprendre ?", "Ces trois cours correspondent :"]),
        ("de", ["Gern geschehen!", "Was möchtest du lernen?", "Diese drei Kurse passen:"]),
        ("pt", ["De nada, até logo!", "O que você gostaria de aprender?", "Estes três cursos servem:"]),
        ("zh", ["不客气！", "Python 课程很多，你想学什么？"]),
        ("ar", ["على الرحب والسعة!", "ما الذي تريد أن تتعلمه؟"]),
    ],
)
def test_tells_the_language_of_short_replies(language: str, texts: list[str]) -> None:
    assert [language_of(text) for text in texts] == [language] * len(texts)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": ""}, "field 'id'"),
        ({"kind": "odd"}, "field 'kind'"),
        ({"learner": "999"}, "field 'learner'"),
        ({"turns": []}, "field 'turns'"),
        ({"turns": [{"expect": {}}]}, "'turn 1'"),
        ({"turns": [{"say": "x", "expect": {"mood": "good"}}]}, "mood.*is no rule"),
        ({"turns": [{"say": "x", "expect": {"any": ["NoX+1"]}}]}, "no such course"),
        ({"turns": [{"say": "x", "expect": {"shows": [3, 1]}}]}, "least, most"),
        ({"turns": [{"say": "x", "expect": {"asks": False}}]}, "only be true"),
        ({"turns": [{"say": "x", "expect": {"names": ["HaldenX+CS101"]}}]}, "list of lists"),
    ],
)
def test_refuses_a_line_that_is_not_right(tmp_path: Path, facts: Facts, line: dict[str, Any], said: str) -> None:
    whole = {"id": "a", "kind": "about", "learner": None, "turns": [{"say": "x", "expect": {}}]}
    path = tmp_path / "conversations.jsonl"
    path.write_text(json.dumps(whole) + "\n" + json.dumps(whole | {"id": "b"} | line), "utf-8")

    with pytest.raises(InvalidFile, match=f"line 2.*{said}"):
        read_conversations(path, facts)


class Flaky:
    """An adviser that fails where it is told to, and remembers what it was sent."""

    def __init__(self, fails_at: int | None) -> None:
        self.sent: list[list[Message]] = []
        self._fails_at = fails_at

    def send(self, messages: Sequence[Message], learner: str | None) -> Answered:
        self.sent.append(list(messages))
        if len(self.sent) == self._fails_at:
            raise ChatFailed("HTTP 503: the model does not answer")
        return Answered(f"answer {len(self.sent)}", (), 3)


def test_goes_on_after_an_error_and_has_again_only_what_failed(tmp_path: Path, facts: Facts) -> None:
    two = read_all([FOLDER / "blind-a.jsonl"], facts)[:2]
    kept = tmp_path / "kept.jsonl"
    first = Flaky(fails_at=1)
    went = [had for had, _ in Kept(kept, "m", resume=False).all(two, first, lambda: 0.0)]

    assert "HTTP 503" in went[0].failed
    assert [message.role for message in first.sent[2]] == ["user", "assistant", "user"]
    assert len(went[1].came) == len(two[1].turns)
    kept.write_text(kept.read_text("utf-8") + '{"id": "cut o', "utf-8")
    second = Flaky(fails_at=None)
    again = [before for _, before in Kept(kept, "m", resume=True).all(two, second, lambda: 0.0)]
    assert again == [False, True]
    assert len(second.sent) == len(two[0].turns)


@pytest.mark.parametrize(("status", "body"), [(503, '{"detail": "away"}'), (200, "{}"), (200, "[]"), (502, "<html>")])
def test_says_what_came_instead_of_an_answer(status: int, body: str) -> None:
    with pytest.raises(ChatFailed, match=f"HTTP {status}"):
        read_answer(status, body.encode())


def test_counts_an_answer_without_its_model_as_none(tmp_path: Path) -> None:
    body = {"answer": "Take it.", "courses": [], "guardrails": {"answered_instead": "too_slow"}}
    with pytest.raises(ChatFailed, match=r"no answer \(too_slow\)"):
        read_answer(200, json.dumps(body).encode())

    body["guardrails"] = {"answered_instead": "unfounded"}
    assert read_answer(200, json.dumps(body).encode()).instead == "unfounded"


def test_tells_whose_words_the_answers_were(facts: Facts) -> None:
    one = read_all([FOLDER / "blind-a.jsonl"], facts)[0]
    words = [("", 9, ()), ("unfounded", 9, (Fault("names", "x"),)), ("", 0, ())]
    came = [Came("text", (), 1.0, tokens, instead) for instead, tokens, _ in words]
    judged = [Judged(Had(one, (came[at],)), (words[at][2],)) for at in range(3)]
    judged += [Judged(Had(one, (), f"turn 1, after {at}.5 s: it broke"), ((Fault("answered", "x"),),)) for at in (1, 2)]

    assert {who: (rate.held, rate.of) for who, rate in who_answered(judged).items()} == {
        "the model": (1, 1),
        "the adviser: what the model said did not hold": (0, 1),
        "the adviser: no model was asked": (1, 1),
        "nobody: it broke": (0, 2),
    }


def test_has_no_conversation_with_a_model_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "openai:m@http://127.0.0.1:1/v1"]) == REFUSED
    assert "Is it running" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["openai", "openai:x", "openai:@http://a", "openai:x@ftp://a", "bedrock:", "other"])
def test_refuses_a_model_in_no_known_form(name: str) -> None:
    with pytest.raises(UnknownModel, match="openai:MODEL@URL"):
        model_named(name)
