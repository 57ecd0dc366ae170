"""`POST /chat`: one turn of a conversation, whole or as a stream of events.

Asked for `text/event-stream` it sends each tool call as it happens, where the gateway passes a stream on; API Gateway's
REST API collects a Python function's answer first, so there the same events come at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context

from services.advisor.chat_request import read_chat
from services.advisor.conversation.adviser import Adviser, Answer, Event, ToolAnswered, ToolCalled
from services.advisor.tools.tool import Asker
from services.web_edge.deadline import patience
from services.web_edge.parameters import Parameters

MOST_CHARACTERS = 90_000
"""An answer stays under the 100,000 characters of GPT Actions."""
MOST_SECONDS = 600.0
"""For a turn that no request ends earlier."""
Json = dict[str, Any]


def chat_views(adviser: Adviser, asker: Callable[[str | None], Asker], model_name: str) -> Blueprint:
    """Build the blueprint. `asker` verifies an Authorization header."""
    views = Blueprint("chat", __name__)

    @views.post("/chat")
    def chat() -> Response:
        Parameters(request.args, known=())
        who = asker(request.headers.get("Authorization"))
        events = adviser.answer(read_chat(request.get_data()), who, patience(MOST_SECONDS))
        if "text/event-stream" in request.headers.get("Accept", ""):
            # The first event decides the status: what is wrong before it is a problem, not a broken stream.
            first = next(events)
            stream = _stream(chain([first], events), model_name)
            return Response(stream_with_context(stream), content_type="text/event-stream; charset=utf-8")
        return jsonify(_whole(list(events), model_name))

    return views


def _stream(events: Iterator[Event], model_name: str) -> Iterator[str]:
    for event in events:
        yield _sent(_NAMES[type(event)], _event_json(event, model_name))


def _sent(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


_NAMES: dict[type, str] = {ToolCalled: "tool_call", ToolAnswered: "tool_result", Answer: "answer"}


def _event_json(event: Event, model_name: str) -> Json:
    if isinstance(event, ToolCalled):
        return {"id": event.id, "name": event.name, "arguments": event.arguments}
    if isinstance(event, ToolAnswered):
        return {"id": event.id, "name": event.name, "ok": event.ok, "result": event.result}
    return _answer_json(event, model_name)


def _answer_json(answer: Answer, model_name: str) -> Json:
    return {
        "answer": answer.text,
        "stop": answer.stop,
        "courses": answer.courses,
        "guardrails": {
            "ungrounded_cut": answer.ungrounded,
            "taken_left_out": answer.taken,
            "answered_instead": answer.instead,
        },
        "model": model_name,
        "tokens": answer.tokens,
        "understood": answer.understood,
    }


def _whole(events: list[Event], model_name: str) -> Json:
    answered = {event.id: event for event in events if isinstance(event, ToolAnswered)}
    calls: list[Json] = []
    for event in events:
        if isinstance(event, ToolCalled):
            result = answered[event.id]
            calls.append(_event_json(event, model_name) | {"ok": result.ok, "result": result.result})
    answer = events[-1]
    assert isinstance(answer, Answer)  # noqa: S101  every turn ends with one: adviser.Adviser.answer
    body = _answer_json(answer, model_name) | {"tool_calls": calls}
    for call in calls:
        if len(json.dumps(body, ensure_ascii=False)) <= MOST_CHARACTERS:
            break
        call["result"] = {"left_out": "The answer would be too long; its courses are in `courses`."}
    while len(body["courses"]) > 1 and len(json.dumps(body, ensure_ascii=False)) > MOST_CHARACTERS:
        body["courses"].pop()
    return body
