"""What counts as kept, and what does not: the judges of the chaos suite, on answers made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from chaos import leaks, promises
from chaos.answers import Answer
from chaos.promises import Truth

TRUTH = Truth(
    {"HaldenX+CS101": "Programming", "HaldenX+DS101": "Data"},
    {"1": frozenset({"HaldenX+CS101"}), "2": frozenset({"HaldenX+DS101"})},
)
REAL = {"course_key": "HaldenX+CS101", "title": "Programming"}
OTHER = {"course_key": "HaldenX+DS101", "title": "Data"}


def told(body: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode())


def problem(status: int, **headers: str) -> Answer:
    return told({"status": status, "detail": "Away.", "title": "x"}, status, content_type=promises.PROBLEM, **headers)


@pytest.mark.parametrize("status", [429, 503])
def test_takes_a_refusal_that_says_when_to_try_again(status: int) -> None:
    assert promises.kept(problem(status, retry_after="2"), promises.matches(TRUTH)) is None
    assert promises.refused(problem(status, retry_after="2"), {400}) is None


@pytest.mark.parametrize(
    "answer",
    [
        problem(503),
        problem(503, retry_after="soon"),
        problem(500, retry_after="2"),
        problem(504, retry_after="2"),
        told({"status": 503, "detail": "x"}, 503, retry_after="2", content_type="text/html"),
        told({"status": 503}, 503, retry_after="2", content_type=promises.PROBLEM),
        told({"status": 502, "detail": "x"}, 503, retry_after="2", content_type=promises.PROBLEM),
        Answer(503, {"retry-after": "2", "content-type": promises.PROBLEM}, b"<html>"),
        told({}, 404),
        told({"matches": "many"}),
        told([]),
        told({"matches": []}),
        told({"matches": [REAL | {"title": "Another"}]}),
        told({"matches": [{"course_key": "EvilX+666", "title": "Evil"}]}),
        Answer(200, {}, b"<html>"),
        Answer(0, error="ReadTimeout"),
    ],
)
def test_takes_nothing_else_for_a_kept_promise(answer: Answer) -> None:
    assert promises.kept(answer, promises.matches(TRUTH))


def test_takes_a_right_answer_and_silence_only_where_the_front_door_is_broken() -> None:
    assert promises.kept(told({"matches": [REAL]}), promises.matches(TRUTH)) is None
    assert promises.kept(Answer(0, error="ConnectError"), promises.matches(TRUTH), away=True) is None


def test_sees_what_is_another_learners_and_what_is_missing() -> None:
    judge = promises.enrollments(TRUTH, "1")
    assert judge(told({"enrollments": [REAL]})) is None
    assert judge(told({"enrollments": [REAL, OTHER]}))
    assert judge(told({"enrollments": []}))
    assert judge(told({}))


def test_sees_a_recommendation_of_what_was_taken() -> None:
    judge = promises.recommendations(TRUTH, "1")
    assert judge(told({"recommendations": [OTHER]})) is None
    assert judge(told({"recommendations": []})) is None
    assert judge(told({"recommendations": [REAL]}))


def test_sees_an_invented_course_in_what_the_adviser_says() -> None:
    judge = promises.chat(TRUTH)
    assert judge(told({"answer": "Take Data (HaldenX+DS101).", "courses": [OTHER]})) is None
    assert judge(told({"answer": "Take Evil (EvilX+666).", "courses": []}))
    assert judge(told({"answer": "Look:", "courses": [{"course_key": "EvilX+666", "title": "Evil"}]}))
    assert judge(told({"answer": 7}))


def test_sees_a_lost_and_a_changed_write() -> None:
    assert promises.lost({"a": 1}, {"a": 1, "b": 2}) is None
    assert promises.lost({"a": 1, "b": 2}, {"a": 1})
    assert promises.lost({"a": 1}, {"a": 2})


def test_wants_a_sync_to_say_what_it_did_and_to_take_nothing_away() -> None:
    assert promises.synced('{"status": "failed", "deleted": 0}', "") is None
    assert promises.synced("", "The sync did not end.") is None
    assert promises.synced('{"status": "ok", "deleted": 3}', "")
    assert promises.synced("", "Traceback (most recent call last):")
    assert promises.synced("", "")


def test_finds_addresses_and_tokens_in_logs(tmp_path: Path) -> None:
    (tmp_path / "quiet.log").write_text('{"event": "request", "path": "/coursematch"}')
    (tmp_path / "one.log").write_text("asked by ada@learners.example")
    (tmp_path / "two.log").write_text(f"shown {jwt.encode({'sub': '1'}, 'k' * 32)}")

    said = leaks.found_in(tmp_path, [])

    assert [one.split(" ")[0] for one in said] == ["one.log", "two.log"]


def test_wants_a_hostile_request_refused_as_it_says() -> None:
    assert promises.refused(problem(400), {400, 404}) is None
    assert promises.refused(told({"matches": [REAL]}), {400, 404})
    assert promises.refused(Answer(0, error="ConnectionResetError"), {400})
    assert promises.refused(Answer(0, error="ConnectionResetError"), {400}, silence=True) is None
