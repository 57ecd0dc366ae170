"""`POST /chat` and its neighbours over HTTP: whole answers, streams, refusals, and a model that is down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml
from flask import Flask
from jsonschema import Draft202012Validator

from evaluation.advisor.system import InProcessApi, identity, token
from services.advisor.addresses import api_address
from services.advisor.app import assemble
from services.advisor.conversation.model import ModelUnavailable
from services.advisor.conversation.offline_model import OfflineModel
from services.advisor.tools.course_api import ApiUnavailable, HttpCourseApi
from services.web_edge.gateway_event import lambda_handler_for
from tests.advisor.conftest import SETTINGS, application
from tests.support.yaml_text import DOCUMENT


def chat(app: Flask, *texts: str, learner: str = "", **headers: str) -> Any:
    messages = [{"role": "assistant" if at % 2 else "user", "content": text} for at, text in enumerate(texts)]
    if learner:
        headers["Authorization"] = "Bearer " + token(learner)
    return app.test_client().post("/chat", json={"messages": messages}, headers=headers)


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]})


def test_has_the_paths_that_the_contract_names(advisor: Flask) -> None:
    written = {
        (path, method.upper())
        for path, item in DOCUMENT["paths"].items()
        if item["x-function"] == "advisor"
        for method in item
        if method in {"get", "post"}
    }
    routed = {
        (rule.rule, method)
        for rule in advisor.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == written


def test_answers_with_courses_calls_and_reasons(advisor: Flask) -> None:
    answer = chat(advisor, "I want to learn photography").get_json()

    schema("ChatAnswer").validate(answer)
    assert answer["stop"] == "answered"
    assert answer["courses"][0]["course_key"] in answer["answer"]
    assert answer["courses"][0]["reasons"]
    assert [call["name"] for call in answer["tool_calls"]] == ["match_courses"]


def test_never_recommends_what_a_learner_took(advisor: Flask) -> None:
    answer = chat(advisor, "What should I take next?", learner="1").get_json()
    taken = chat(advisor, "what have I taken?", learner="1").get_json()

    schema("ChatAnswer").validate(answer)
    keys = {course["course_key"] for course in answer["courses"]}
    (call,) = taken["tool_calls"]
    assert keys
    assert not keys & {enrollment["course_key"] for enrollment in call["result"]["enrollments"]}


def test_keeps_the_thread_of_a_conversation(advisor: Flask) -> None:
    first = chat(advisor, "machine learning").get_json()["answer"]
    easier = chat(advisor, "machine learning", first, "in Spanish please").get_json()
    about = chat(advisor, "machine learning", first, "tell me about the second one").get_json()

    assert easier["tool_calls"][0]["arguments"] == {"keywords": "machine learning", "limit": 20, "language": "Spanish"}
    assert about["tool_calls"][0]["name"] == "read_course"


def test_shows_the_course_that_it_talks_about_or_those_after_it(advisor: Flask) -> None:
    listed = chat(advisor, "spreadsheets in English").get_json()["answer"]
    about = chat(advisor, "spreadsheets in English", listed, "is the first one hard?").get_json()
    after = chat(advisor, "what comes after Databases and SQL for Beginners?").get_json()

    assert [course["course_key"] for course in about["courses"]] == ["MeridianX+BI101"]
    assert {"QuaysideX+DE201", "HaldenX+DB301"} <= {course["course_key"] for course in after["courses"]}
    assert "HaldenX+DB101" not in {course["course_key"] for course in after["courses"]}


def test_finds_what_is_said_in_fewer_words_than_courses_have(advisor: Flask) -> None:
    answer = chat(advisor, "anything with data, only no programming").get_json()

    assert {"HaldenX+DS101", "HaldenX+DS202"} <= {course["course_key"] for course in answer["courses"]}


def test_offers_languages_where_one_is_to_be_learnt(advisor: Flask) -> None:
    answer = chat(advisor, "I want to learn a new language, only no French and no German").get_json()

    keys = {course["course_key"] for course in answer["courses"]}
    assert len(keys & {"LarkspurX+SPA101", "LarkspurX+ZHO101", "LarkspurX+ARA101", "LarkspurX+ENG101"}) > 1
    assert not keys & {"KaveriX+NLP301", "QuaysideX+LLM201", "LindenauX+DEU101", "RivesX+FLE201"}


def test_leaves_what_is_refused_out_of_what_is_next(advisor: Flask) -> None:
    alone = chat(advisor, "nothing about programming, please", learner="1").get_json()
    asked = chat(advisor, "what should I take next? nothing with programming", learner="1").get_json()

    for answer in (alone, asked):
        (call,) = answer["tool_calls"]
        assert call["name"] == "recommend_courses"
        assert "programming" in call["arguments"]["exclude"]
        assert answer["courses"]


def test_streams_each_call_as_it_happens(advisor: Flask) -> None:
    response = chat(advisor, "photography", Accept="text/event-stream")

    assert response.content_type.startswith("text/event-stream")
    names = [line.removeprefix("event: ") for line in response.text.splitlines() if line.startswith("event: ")]
    assert names == ["tool_call", "tool_result", "answer"]
    for line in response.text.splitlines():
        if line.startswith("data: "):
            json.loads(line.removeprefix("data: "))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 50_000, "not JSON"),
        (b"[]", "must be an object"),
        (b"{}", "`messages` must be a list"),
        (b'{"messages": []}', "at least one message"),
        (b'{"messages": "hi"}', "must be a list"),
        (b'{"messages": [{"role": "user"}]}', "`messages[0]` must be an object of"),
        (b'{"messages": [{"role": "system", "content": "x"}]}', "role` must be user or assistant"),
        (b'{"messages": [{"role": "user", "content": 7}]}', "content` must be text"),
        (b'{"messages": [{"role": "assistant", "content": "x"}]}', "must be the user's"),
        (b'{"messages": [{"role": "user", "content": "x"}], "model": "gpt"}', "`model` is not a field"),
        (json.dumps({"messages": [{"role": "user", "content": "x" * 4001}]}).encode(), "has 4001 characters"),
        (json.dumps({"messages": [{"role": "user", "content": "x"}] * 41}).encode(), "send the last 40"),
        (b'{"messages": "' + b"x" * 200_000 + b'"}', "send at most 100000"),
    ],
)
def test_refuses_what_is_no_chat_with_how_to_mend_it(advisor: Flask, body: bytes, said: str) -> None:
    response = advisor.test_client().post("/chat", data=body, content_type="application/json")

    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert said in response.get_json()["detail"]


def test_refuses_half_a_surrogate_pair_and_says_so(advisor: Flask) -> None:
    body = b'{"messages": [{"role": "user", "content": "\\ud83d photography"}]}'
    response = advisor.test_client().post("/chat", data=body, content_type="application/json")

    assert response.status_code == 400
    assert "surrogate" in response.get_json()["detail"]


def test_takes_odd_characters(advisor: Flask) -> None:
    body = b'{"messages": [{"role": "user", "content": "\\u0000 photography \\ud83d\\ude00"}]}'
    response = advisor.test_client().post("/chat", data=body, content_type="application/json")

    assert response.status_code == 200


def test_refuses_an_expired_token(advisor: Flask) -> None:
    headers = {"Authorization": "Bearer " + token("1", lifetime=timedelta(hours=-1))}
    response = chat(advisor, "photography", **headers)

    assert response.status_code == 401
    assert "expired" in response.get_json()["detail"]
    schema("Problem").validate(response.get_json())


class Down:
    def converse(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        raise ModelUnavailable("The language model does not answer (ReadTimeoutError).")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_answers_itself_while_the_model_is_down(course_api: InProcessApi, accept: str) -> None:
    told = [
        chat(application(course_api, model), "photography", Accept=accept).get_data(as_text=True)
        for model in (Down(), OfflineModel())
    ]

    assert '"answered_instead": "unavailable"' in told[0] or '"answered_instead":"unavailable"' in told[0]
    assert "LarkspurX+PHO101" in told[0]
    assert "ReadTimeoutError" not in told[0]
    assert "unavailable" not in told[1]


def test_says_that_the_catalogue_is_down() -> None:
    class Nothing:
        def get(self, path: str, params: Any, authorization: str | None) -> Any:
            raise ApiUnavailable("The course index does not answer: no host (ReadTimeoutError).", "course_index")

    answer = chat(application(Nothing()), "photography").get_json()

    assert (answer["courses"], answer["tool_calls"][0]["ok"]) == ([], False)
    assert "The course index does not answer" in answer["answer"]
    assert "ReadTimeoutError" not in answer["answer"]  # that is for the log, and no help to a student


def test_logs_nobody_and_nothing_that_was_said(advisor: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    chat(advisor, "my secret wish: photography", learner="1")
    advisor.test_client().post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})

    log = capsys.readouterr().out
    assert '"route": "/chat"' in log
    assert "secret wish" not in log
    assert "Bearer" not in log


def test_answers_gateway_events(advisor: Flask) -> None:
    handler = lambda_handler_for(advisor)
    event = {
        "httpMethod": "POST",
        "path": "/chat",
        "queryStringParameters": None,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"messages": [{"role": "user", "content": "photography"}]}),
        "requestContext": {"apiId": "abc", "stage": "v1", "path": "/v1/chat"},
    }

    answer = handler(event, None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["courses"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_finds_the_api_that_the_gateway_names_and_no_other(accept: str) -> None:
    asked: list[str] = []
    settings = replace(SETTINGS, public_url="", gateway_url="http://127.0.0.1:4566")

    class Addressed:
        def get(self, path: str, params: Any, authorization: str | None) -> Any:
            asked.append(api_address(settings))
            raise ApiUnavailable("down")

    handler = lambda_handler_for(assemble(Addressed(), identity(), OfflineModel(), settings))
    event = {
        "httpMethod": "POST",
        "path": "/chat",
        "headers": {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": accept},
        "body": json.dumps({"messages": [{"role": "user", "content": "photography"}]}),
        "requestContext": {"apiId": "abc123", "stage": "v1", "path": "/v1/chat"},
    }

    assert handler(event, None)["statusCode"] == 200
    assert asked == ["http://127.0.0.1:4566/restapis/abc123/v1/_user_request_"]
    manifest = handler(event | {"httpMethod": "GET", "path": "/.well-known/ai-plugin.json", "body": None}, None)
    assert json.loads(manifest["body"])["api"]["url"].startswith(asked[0])


@pytest.mark.parametrize("context", [{}, {"apiId": "abc/../x", "stage": "v1"}, {"apiId": "abc", "stage": ""}])
def test_sends_no_token_where_no_gateway_says(context: dict[str, str]) -> None:
    settings = replace(SETTINGS, public_url="")
    api = HttpCourseApi(lambda: api_address(settings))
    handler = lambda_handler_for(assemble(api, identity(), OfflineModel(), settings))
    body = json.dumps({"messages": [{"role": "user", "content": "photography"}]})
    answer = handler({"httpMethod": "POST", "path": "/chat", "body": body, "requestContext": context}, None)

    assert (answer["statusCode"], json.loads(answer["body"])["source"]) == (503, "courses")


def test_manifest_keeps_its_limits(advisor: Flask) -> None:
    manifest = advisor.test_client().get("/.well-known/ai-plugin.json").get_json()

    assert (manifest["schema_version"], manifest["auth"], manifest["api"]["type"]) == (
        "v1",
        {"type": "none"},
        "openapi",
    )
    assert len(manifest["name_for_model"]) <= 50
    assert " " not in manifest["name_for_model"]
    assert len(manifest["name_for_human"]) <= 20
    assert len(manifest["description_for_human"]) <= 100
    assert len(manifest["description_for_model"]) <= 8000
    assert manifest["api"]["url"] == "https://courses.example.org/.well-known/openapi.yaml"
    assert manifest["contact_email"]
    assert manifest["legal_info_url"]
    assert advisor.test_client().get("/.well-known/logo.svg").content_type.startswith("image/svg+xml")


def test_serves_the_contract_with_an_absolute_address(advisor: Flask) -> None:
    served = yaml.safe_load(advisor.test_client().get("/.well-known/openapi.yaml").text)

    assert served["servers"][0]["url"] == "https://courses.example.org"
    assert served["paths"] == DOCUMENT["paths"]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("which of them is about Excel?", "MeridianX+BI101"),  # said by its skills
        ("which one has the most to do with SQL?", "HaldenX+DB101"),
    ],
)
def test_chooses_among_what_was_shown_by_what_each_is_about(advisor: Flask, asked: str, key: str) -> None:
    shown = "\n".join(
        (
            "These courses fit what you asked for:",
            "1. Making Sense of Data (HaldenX+DS101)",
            "2. Databases and SQL for Beginners (HaldenX+DB101)",
            "3. Spreadsheets and Dashboards for Work (MeridianX+BI101)",
        )
    )

    answer = chat(advisor, "data for beginners", shown, asked).get_json()

    assert [course["course_key"] for course in answer["courses"]] == [key]


def test_says_that_none_of_the_shown_is_meant_and_what_else_is(advisor: Flask) -> None:
    shown = "Fitting:\n1. Making Sense of Data (HaldenX+DS101)\n2. Databases and SQL for Beginners (HaldenX+DB101)"

    answer = chat(advisor, "data for beginners", shown, "which of them teaches sign language?").get_json()

    assert answer["answer"].startswith("None of them.")
    assert [course["course_key"] for course in answer["courses"]] == ["LarkspurX+SGN101"]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("i want to write stories", False),
        ("I would love to write stories for children", False),
        ("write me a story about a dog", True),
        ("i want you to write my essay", True),
    ],
)
def test_tells_a_wish_to_do_something_from_a_wish_to_have_it_done(advisor: Flask, said: str, refused: bool) -> None:
    assert (chat(advisor, said).get_json()["stop"] == "refused") is refused


@pytest.mark.parametrize(
    "said", ["how do i get from knowing literally nothing to kubernetes", "Queria chegar no aprendizado de máquina"]
)
def test_what_is_a_goal_is_not_taken_for_a_refusal(advisor: Flask, said: str) -> None:
    assert chat(advisor, said).get_json()["understood"]["excluded"] == []
