"""The models that conversations can be had with, and what they cost in tokens and seconds.

`offline` is the adviser's own; `openai:MODEL@URL` any OpenAI-compatible endpoint (its key, if it wants one, in
`OPENAI_API_KEY`); `bedrock:MODEL` Amazon Bedrock's Converse, with the credentials of AWS's usual places.
"""

from __future__ import annotations

import os
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.table import Table

from services.advisor.conversation.bedrock_model import BedrockModel
from services.advisor.conversation.model import Json, Model, ModelUnavailable
from services.advisor.conversation.offline_model import OfflineModel
from services.advisor.conversation.openai_model import OpenAiModel

OFFLINE = "offline"
FORMS = "offline, bedrock:MODEL or openai:MODEL@URL (as openai:llama3.1@http://127.0.0.1:11434/v1)"
MILLION = 1_000_000


class UnknownModel(Exception):
    """A model was named in no known form."""


@dataclass
class Metered:
    """A model whose calls are counted."""

    model: Model
    clock: Callable[[], float]
    seconds: list[float] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def converse(self, request: Json, seconds: float) -> Json:
        """Ask the model, and remember how long it took and how much it read and wrote."""
        started = self.clock()
        try:
            answer = self.model.converse(request, seconds)
        except ModelUnavailable as error:
            self.failures[str(error)] += 1
            raise
        finally:
            self.seconds.append(self.clock() - started)
        usage = answer.get("usage") or {}
        self.input_tokens += int(usage.get("inputTokens", 0))
        self.output_tokens += int(usage.get("outputTokens", 0))
        return answer

    def table(self, prices: tuple[float, float] | None) -> Table:
        """Tell what was used; `prices` are dollars for a million tokens read and written."""
        table = Table(title="What the model took")
        for column in ("calls", "failed", "median s", "slowest s", "tokens read", "tokens written", "cost"):
            table.add_column(column, justify="right")
        read, written = self.input_tokens, self.output_tokens
        cost = f"${(read * prices[0] + written * prices[1]) / MILLION:.4f}" if prices else "give --prices"
        middle = f"{statistics.median(self.seconds):.2f}" if self.seconds else "-"
        slowest = f"{max(self.seconds):.2f}" if self.seconds else "-"
        table.add_row(
            str(len(self.seconds)), str(self.failures.total()), middle, slowest, f"{read:,}", f"{written:,}", cost
        )
        return table


def answers(model: Model, seconds: float) -> str:
    """Ask a model for a word before a whole run is had with it, and say what is wrong; empty where it answers."""
    asked = {"messages": [{"role": "user", "content": [{"text": "Say yes."}]}], "inferenceConfig": {"maxTokens": 8}}
    try:
        model.converse(asked, seconds)
    except ModelUnavailable as error:
        return str(error)
    return ""


def model_named(name: str) -> Model:
    """Make a model from its name. Raises `UnknownModel`."""
    kind, _, rest = name.partition(":")
    if name == OFFLINE:
        return OfflineModel()
    if kind == "bedrock" and rest:
        return BedrockModel(rest)
    model, _, url = rest.rpartition("@")
    if kind == "openai" and model and url.startswith(("http://", "https://")):
        return OpenAiModel(url.rstrip("/"), model, lambda: os.environ.get("OPENAI_API_KEY", ""))
    raise UnknownModel(f"{name!r} is no model; give {FORMS}")
