"""A model of our own that needs no network: it follows the conversation, plans tool calls and words their results.

It speaks Converse's shapes and keeps nothing between calls: everything it knows is in the messages, so the loop around
it is the one that drives Bedrock.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import copy
from typing import Any

from services.advisor.conversation.model import Json, text_of, tool_results_of, tool_uses_of
from services.advisor.dialogue.planner import step
from services.advisor.dialogue.state import Change, State
from services.advisor.dialogue.tracker import replay


class OfflineModel:
    """Answers Converse requests by the dialogue's pure functions.

    `understood` is what was understood of the messages already, where somebody followed them before.
    """

    def __init__(self, understood: tuple[State, Change] | None = None) -> None:
        self._understood = understood

    def following(self, understood: tuple[State, Change]) -> OfflineModel:
        """Give this model for one turn, of which so much is understood already."""
        one = copy(self)
        one._understood = understood
        return one

    def converse(self, request: Json, seconds: float) -> Json:  # noqa: ARG002  rules take no time worth bounding
        """Plan tools for the last thing a person said, or answer from the results that have come since."""
        messages: list[Json] = request["messages"]
        asked_at = max(at for at, message in enumerate(messages) if _said(message))
        offered = {tool["toolSpec"]["name"] for tool in request.get("toolConfig", {}).get("tools", [])}
        state, change = self._understood or _follow(messages[: asked_at + 1])
        results = _results(messages[asked_at + 1 :])
        planned = step(state, change, results, offered)
        content: list[Json] = [{"text": planned}]
        if not isinstance(planned, str):
            content = [
                {"toolUse": {"toolUseId": f"offline-{asked_at}-{len(results) + at}", "name": name, "input": arguments}}
                for at, (name, arguments) in enumerate(planned)
                if name in offered
            ] or [{"text": step(state, change, [*results, ("", {}, False, {})], offered)}]
        stop = "tool_use" if any("toolUse" in block for block in content) else "end_turn"
        used = {"inputTokens": _tokens(messages), "outputTokens": _tokens(content)}
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop,
            "usage": used | {"totalTokens": sum(used.values())},
            "metrics": {"latencyMs": 0},
        }


def _follow(messages: Sequence[Json]) -> tuple[State, Change]:
    return replay([(message["role"], text_of(message)) for message in messages if text_of(message)])


def _said(message: Json) -> bool:
    """Say whether a message is something a person wrote, and not the results of tools."""
    return message["role"] == "user" and not tool_results_of(message)


def _results(since: Sequence[Json]) -> list[tuple[str, Json, bool, Json]]:
    """Return (tool, arguments, whether it worked, result) of each call, in order."""
    calls = {use["toolUseId"]: use for message in since for use in tool_uses_of(message)}
    found = []
    for message in since:
        for result in tool_results_of(message):
            use = calls.get(result["toolUseId"], {"name": "", "input": {}})
            content: Any = result["content"][0] if result.get("content") else {}
            body = content.get("json") or {"message": content.get("text", "")}
            found.append((str(use["name"]), dict(use["input"]), result.get("status") != "error", dict(body)))
    return found


def _tokens(value: object) -> int:
    """Estimate tokens as a quarter of the characters."""
    return len(json.dumps(value, ensure_ascii=False)) // 4
