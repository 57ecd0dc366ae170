"""What the model is asked and what a tool is called with, as spans by OpenTelemetry's conventions for generative AI."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.trace import Span

from services.advisor.conversation.model import Json, Model
from services.telemetry.personal import PROMPT, REPLY, TOOL_ARGUMENTS, TOOL_RESULT
from services.telemetry.steps import call, recording, step, tell


def converse(model: Model, request: Json, seconds: float) -> Json:
    """Ask a model (see `Model.converse`), as a span."""
    name = type(model).__name__
    facts = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": name, PROMPT: _json(request["messages"])}
    with call(f"chat {name}", facts):
        answer = model.converse(request, seconds)
        if isinstance(answer, dict):  # a model may answer anything; the adviser judges it
            tell(
                {REPLY: _json(answer.get("output")), "gen_ai.response.finish_reasons": [str(answer.get("stopReason"))]}
            )
        return answer


def tool_call(name: str, arguments: Json) -> AbstractContextManager[Span]:
    """Call a tool within a span; `tell_result` adds what came of it."""
    name = name[:64]
    facts = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name, TOOL_ARGUMENTS: _json(arguments)}
    return step(f"execute_tool {name}", facts)


def tell_result(ok: bool, result: Json) -> None:
    """Add a tool's result to its span."""
    tell({"coursematch.tool_ok": ok, TOOL_RESULT: _json(result)})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if recording() else ""
