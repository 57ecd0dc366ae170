"""A model that speaks Bedrock Converse's shapes (docs.aws.amazon.com, API_runtime_Converse)."""

from __future__ import annotations

from typing import Any, Protocol

Json = dict[str, Any]
TOO_SLOW, TOO_LONG, UNAVAILABLE = "too_slow", "too_long", "unavailable"
"""Why a model gives no answer: not in time; it cannot read so much; anything else."""


class ModelUnavailable(Exception):
    """The model does not answer, or not in Converse's shapes; `why` tells the kinds apart that are met differently.

    The text is of our own words: an endpoint's may hold what was said, or part of a key.
    """

    def __init__(self, said: str, why: str = UNAVAILABLE) -> None:
        super().__init__(said)
        self.why = why


class Model(Protocol):
    """Whatever answers a Converse request."""

    def converse(self, request: Json, seconds: float) -> Json:
        """Answer `{messages, system, toolConfig, inferenceConfig}` with `{output, stopReason, usage}`.

        `seconds` is how long it may take. Raises `ModelUnavailable`.
        """


def text_of(message: Json) -> str:
    """Return all the text in a Converse message."""
    return "\n".join(block["text"] for block in message.get("content", []) if isinstance(block.get("text"), str))


def tool_uses_of(message: Json) -> list[Json]:
    """Return the tool uses in a Converse message."""
    return [block["toolUse"] for block in message.get("content", []) if isinstance(block.get("toolUse"), dict)]


def tool_results_of(message: Json) -> list[Json]:
    """Return the tool results in a Converse message."""
    return [block["toolResult"] for block in message.get("content", []) if isinstance(block.get("toolResult"), dict)]
