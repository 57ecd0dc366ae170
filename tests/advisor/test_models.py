"""The models behind the adviser: Bedrock through boto3's own client, and any OpenAI-compatible endpoint over HTTP."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from flask import Flask, request

from evaluation.advisor.system import InProcessApi
from services.advisor.conversation.adviser import Adviser, Answer, Said
from services.advisor.conversation.bedrock_model import BedrockModel
from services.advisor.conversation.model import Model, ModelUnavailable
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


def test_says_that_an_endpoint_is_not_there() -> None:
    with pytest.raises(ModelUnavailable):
        OpenAiModel("http://127.0.0.1:1/v1", "llama", str).converse(
            {"messages": [], "inferenceConfig": {"maxTokens": 1}}, 1.0
        )
