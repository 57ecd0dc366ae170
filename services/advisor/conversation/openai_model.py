"""A model behind any OpenAI-compatible endpoint (OpenAI's, Ollama's, llama.cpp's, vLLM's), in Converse's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import urllib3

from services.advisor.conversation.model import Json, ModelUnavailable

_STOPS = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "content_filtered"}


class OpenAiModel:
    """Translates Converse to `POST {base_url}/chat/completions` and back. `api_key` may answer an empty text."""

    def __init__(self, base_url: str, model_id: str, api_key: Callable[[], str]) -> None:
        self._url = f"{base_url}/chat/completions"
        self._model_id = model_id
        self._api_key = api_key
        self._pool = urllib3.PoolManager(retries=False)

    def converse(self, request: Json, seconds: float) -> Json:
        """Ask the model. Raises `ModelUnavailable`."""
        headers = {"Content-Type": "application/json"}
        if key := self._api_key():
            headers["Authorization"] = f"Bearer {key}"
        body = json.dumps(_to_openai(request, self._model_id)).encode()
        timeout = urllib3.Timeout(connect=2.0, read=max(1.0, seconds))
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, timeout=timeout)
            if answer.status != 200:
                raise ModelUnavailable(f"The language model does not answer (HTTP {answer.status}).")
            return _from_openai(json.loads(answer.data))
        except (urllib3.exceptions.HTTPError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelUnavailable(f"The language model does not answer ({type(error).__name__}).") from error


def _to_openai(request: Json, model_id: str) -> Json:
    messages: list[Json] = [{"role": "system", "content": block["text"]} for block in request.get("system", [])]
    for message in request["messages"]:
        messages.extend(_messages(message))
    tools = request.get("toolConfig", {}).get("tools", [])
    asked: Json = {"model": model_id, "messages": messages, "stream": False}
    asked |= {"max_tokens": request["inferenceConfig"]["maxTokens"], "temperature": 0}
    if tools:
        asked["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool["toolSpec"]["name"],
                    "description": tool["toolSpec"]["description"],
                    "parameters": tool["toolSpec"]["inputSchema"]["json"],
                },
            }
            for tool in tools
        ]
    return asked


def _messages(message: Json) -> list[Json]:
    texts, uses, results = [], [], []
    for block in message["content"]:
        if "text" in block:
            texts.append(block["text"])
        elif "toolUse" in block:
            use = block["toolUse"]
            function = {"name": use["name"], "arguments": json.dumps(use["input"])}
            uses.append({"id": use["toolUseId"], "type": "function", "function": function})
        elif "toolResult" in block:
            result = block["toolResult"]
            content = "".join(part.get("text") or json.dumps(part.get("json")) for part in result["content"])
            results.append({"role": "tool", "tool_call_id": result["toolUseId"], "content": content})
    said: list[Json] = []
    if texts or uses:
        said = [{"role": message["role"], "content": "\n".join(texts)} | ({"tool_calls": uses} if uses else {})]
    return results + said


def _from_openai(answer: Json) -> Json:
    choice = answer["choices"][0]
    message = choice["message"]
    content: list[Json] = [{"text": message["content"]}] if message.get("content") else []
    for call in message.get("tool_calls") or []:
        arguments: Any = call["function"].get("arguments") or "{}"
        use = {
            "toolUseId": call["id"],
            "name": call["function"]["name"],
            "input": json.loads(arguments) if isinstance(arguments, str) else arguments,
        }
        content.append({"toolUse": use})
    usage = answer.get("usage") or {}
    used = {"inputTokens": int(usage.get("prompt_tokens", 0)), "outputTokens": int(usage.get("completion_tokens", 0))}
    uses_tools = any("toolUse" in block for block in content)
    stop = "tool_use" if uses_tools else _STOPS.get(choice.get("finish_reason") or "stop", "end_turn")
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": used | {"totalTokens": sum(used.values())},
    }
