"""The models behind the adviser: Bedrock through boto3's own client, and any OpenAI-compatible endpoint over HTTP."""

from __future__ import annotations

import json
import socket
import time
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber
from flask import Flask, request

from evaluation.advisor.system import InProcessApi
from services.advisor.conversation.adviser import Adviser, Answer, Said, ToolCalled
from services.advisor.conversation.bedrock_model import BedrockModel
from services.advisor.conversation.model import TOO_LONG, TOO_SLOW, UNAVAILABLE, Model, ModelUnavailable
from services.advisor.conversation.offline_model import OfflineModel
from services.advisor.conversation.openai_model import OpenAiModel
from services.advisor.tools.registry import build_tools
from services.advisor.tools.tool import Asker
from tests.advisor.conftest import served

TOOLS = build_tools(lambda: "https://courses.example.org")
ANSWER = "Photography with the Camera You Have (LarkspurX+PHO101) fits."


def answered(model: Model, api: InProcessApi) -> Answer:
    *_, last = Adviser(model, TOOLS, api, time.monotonic).answer([Said("user", "photography")], Asker())
    assert isinstance(last, Answer)
    return last


def converse(content: list[dict[str, Any]], stop: str) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": {"inputTokens": 5, "outputTokens": 5, "totalTokens": 10},
        "metrics": {"latencyMs": 1},
    }


def bedrock_client() -> Any:
    return boto3.client(
        "bedrock-runtime", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


def test_drives_bedrock_through_a_round_of_tools(course_api: InProcessApi) -> None:
    client = bedrock_client()
    use = {"toolUse": {"toolUseId": "u1", "name": "match_courses", "input": {"keywords": "photography"}}}
    with Stubber(client) as stub:  # checks every request against Converse's own model
        stub.add_response("converse", converse([use], "tool_use"))
        stub.add_response("converse", converse([{"text": ANSWER}], "end_turn"))
        answer = answered(BedrockModel("some.model", client), course_api)
        stub.assert_no_pending_responses()

    assert (answer.text, answer.stop, answer.tokens) == (ANSWER, "answered", 20)


def test_says_that_bedrock_is_down() -> None:
    client = bedrock_client()
    with Stubber(client) as stub:
        stub.add_client_error("converse", "ThrottlingException", "slow down, secret detail")
        with pytest.raises(ModelUnavailable, match="ThrottlingException") as raised:
            BedrockModel("some.model", client).converse({"messages": []}, 1.0)
    assert "secret detail" not in str(raised.value)


def test_waits_for_bedrock_no_longer_than_a_turn_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def client(name: str, config: Config) -> Any:
        assert config.retries == {"total_max_attempts": 1}  # a second try would wait as long again
        waits.append(config.read_timeout)
        return SimpleNamespace(converse=lambda **_: converse([{"text": "ok"}], "end_turn"))

    monkeypatch.setattr(boto3, "client", client)
    model = BedrockModel("some.model")
    for seconds in (22.0, 21.0, 7.5, 0.4):
        model.converse({"messages": []}, seconds)

    assert waits == [20, 5, 1]


def test_tells_what_bedrock_refuses_apart() -> None:
    client = bedrock_client()
    with Stubber(client) as stub:
        stub.add_client_error("converse", "ValidationException", "Input is too long for requested model.")
        with pytest.raises(ModelUnavailable) as raised:
            BedrockModel("some.model", client).converse({"messages": []}, 1.0)
    assert raised.value.why == TOO_LONG


def test_bedrock_takes_what_the_offline_model_is_asked(course_api: InProcessApi) -> None:
    """The offline model's conversation, replayed as requests, passes boto3's validation of Converse."""
    seen: list[dict[str, Any]] = []

    class Recording(OfflineModel):
        def converse(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
            seen.append(json.loads(json.dumps(request)))
            return super().converse(request, seconds)

    answered(Recording(), course_api)
    client = bedrock_client()
    with Stubber(client) as stub:
        for asked in seen:
            stub.add_response("converse", converse([{"text": "ok"}], "end_turn"))
            client.converse(modelId="some.model", **asked)
    assert len(seen) == 2


def fake_openai(asked: list[dict[str, Any]]) -> Flask:
    app = Flask("openai")

    @app.post("/v1/chat/completions")
    def complete() -> Any:
        body = request.get_json()
        asked.append(body | {"authorization": request.headers.get("Authorization")})
        if body["messages"][-1]["role"] == "tool":
            message: dict[str, Any] = {"role": "assistant", "content": ANSWER}
        else:
            function = {"name": "match_courses", "arguments": '{"keywords": "photography"}'}
            call = {"id": "c1", "type": "function", "function": function}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
        return {"choices": [{"index": 0, "message": message, "finish_reason": reason}], "usage": usage}

    return app


def test_drives_an_openai_compatible_endpoint(course_api: InProcessApi) -> None:
    asked: list[dict[str, Any]] = []
    with served(fake_openai(asked)) as url:
        answer = answered(OpenAiModel(f"{url}/v1", "llama", lambda: "key-for-tests"), course_api)

    assert (answer.text, answer.tokens) == (ANSWER, 14)
    assert asked[0]["authorization"] == "Bearer key-for-tests"
    assert [message["role"] for message in asked[1]["messages"]] == ["system", "user", "assistant", "tool"]
    assert asked[0]["tools"][0]["function"]["name"] == "match_courses"


@pytest.mark.parametrize("body", ["not json", "{}", '{"choices": []}', '{"choices": [{"message": null}]}', "[]"])
def test_says_that_an_endpoint_talks_nonsense(body: str) -> None:
    app = Flask("nonsense")
    app.add_url_rule("/v1/chat/completions", "nonsense", lambda: body, methods=["POST"])
    with served(app) as url, pytest.raises(ModelUnavailable):
        OpenAiModel(f"{url}/v1", "llama", str).converse({"messages": [], "inferenceConfig": {"maxTokens": 1}}, 5.0)


SEARCH = '{"name": "match_courses", "arguments": {"keywords": "photography"}}'


@pytest.mark.parametrize(
    "first",
    [
        {"content": f"```json\n{SEARCH}\n```"},
        {"content": [{"type": "text", "text": f"<think>Hm.</think><tool_call>{SEARCH}</tool_call>"}]},
        {
            "content": "",
            "tool_calls": [{"function": {"name": "match_courses", "arguments": {"keywords": "photography"}}}],
        },
    ],
)
def test_runs_the_tools_of_a_server_that_knows_none(course_api: InProcessApi, first: dict[str, Any]) -> None:
    answer, calls = conversation(course_api, first, {"content": ANSWER})

    assert (answer.text, answer.instead) == (ANSWER, None)
    assert [call.arguments["keywords"] for call in calls] == ["photography"]


def test_lets_a_model_mend_arguments_that_are_no_json(course_api: InProcessApi) -> None:
    broken = {"content": None, "tool_calls": [{"id": "", "function": {"name": "match_courses", "arguments": "{oops"}}]}
    answer, calls = conversation(course_api, broken, {"content": SEARCH}, {"content": ANSWER})

    assert (answer.text, answer.instead) == (ANSWER, None)
    assert [call.arguments for call in calls] == [{}, {"keywords": "photography"}]
    assert len({call.id for call in calls}) == 2


def conversation(api: InProcessApi, *messages: dict[str, Any]) -> tuple[Answer, list[ToolCalled]]:
    """Let an endpoint say these, one after another, with the nulls in places that real ones leave."""
    left = iter(messages)
    app = Flask("endpoint")

    @app.post("/v1/chat/completions")
    def complete() -> Any:
        return {"choices": [{"message": next(left), "finish_reason": None}], "usage": {"prompt_tokens": None}}

    with served(app) as url:
        model = OpenAiModel(f"{url}/v1", "weak", str)
        events = list(Adviser(model, TOOLS, api, time.monotonic).answer([Said("user", "photography")], Asker()))
    assert isinstance(events[-1], Answer)
    return events[-1], [event for event in events if isinstance(event, ToolCalled)]


@pytest.mark.parametrize(
    ("status", "body", "why", "said"),
    [
        (400, "the request exceeds the available context size (4096 tokens)", TOO_LONG, "longer than"),
        (400, "This model's maximum context length is 8192 tokens; secret detail", TOO_LONG, "longer than"),
        (401, "Incorrect API key provided: secret detail", UNAVAILABLE, "refuses the key"),
        (404, "model secret detail not found", UNAVAILABLE, "knows no such model"),
        (429, "secret detail", UNAVAILABLE, "too much to do"),
        (503, "Loading model", UNAVAILABLE, "not ready"),
        (500, "only user and assistant roles are supported: secret detail", UNAVAILABLE, "it failed"),
    ],
)
def test_tells_refusals_apart_in_its_own_words(status: int, body: str, why: str, said: str) -> None:
    app = Flask("refusing")
    app.add_url_rule("/v1/chat/completions", "refuse", lambda: (body, status), methods=["POST"])
    with served(app) as url, pytest.raises(ModelUnavailable, match=said) as raised:
        OpenAiModel(f"{url}/v1", "m", str).converse({"messages": [], "inferenceConfig": {"maxTokens": 1}}, 5.0)

    assert raised.value.why == why
    assert "secret detail" not in str(raised.value)


def test_forgets_what_was_said_before_where_all_of_it_is_too_long(course_api: InProcessApi) -> None:
    class Short:
        def __init__(self) -> None:
            self.read: list[int] = []

        def converse(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
            self.read.append(len(request["messages"]))
            if len(request["messages"]) > 2:
                raise ModelUnavailable("too long", TOO_LONG)
            return converse([{"text": "Which camera do you have?"}], "end_turn")

    short = Short()
    said = [Said("user", "photography"), Said("assistant", ANSWER), Said("user", "photography for beginners")]
    *_, answer = Adviser(short, TOOLS, course_api, time.monotonic).answer(said, Asker())

    assert short.read == [3, 1]
    assert isinstance(answer, Answer)
    assert answer.instead != TOO_LONG


def test_says_that_an_endpoint_took_too_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        model = OpenAiModel(f"http://127.0.0.1:{silent.getsockname()[1]}/v1", "m", str)
        with pytest.raises(ModelUnavailable) as raised:
            model.converse({"messages": [], "inferenceConfig": {"maxTokens": 1}}, 0.1)

    assert raised.value.why == TOO_SLOW


def test_says_that_an_endpoint_is_not_there() -> None:
    with pytest.raises(ModelUnavailable):
        OpenAiModel("http://127.0.0.1:1/v1", "llama", str).converse(
            {"messages": [], "inferenceConfig": {"maxTokens": 1}}, 1.0
        )
