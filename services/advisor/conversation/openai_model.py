"""A model behind any OpenAI-compatible endpoint (OpenAI's, Ollama's, llama.cpp's, vLLM's), in Converse's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from typing import Any

import urllib3

from services.advisor.conversation.model import TOO_LONG, TOO_SLOW, Json, ModelUnavailable
from services.advisor.conversation.written_calls import arguments_of, without_thoughts, written_calls

_STOPS = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "content_filtered"}
_LONG = ("context size", "context length", "context window", "context_length", "maximum context", "too long")
"""What servers say of a prompt that does not fit, each in its own words."""
_STATUSES = {
    401: "it refuses the key",
    403: "it refuses the key",
    404: "it knows no such model or address",
    408: "it took too long",
    429: "it has too much to do",
    503: "it is not ready, or has too much to do",
}


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
        offered = {tool["toolSpec"]["name"] for tool in request.get("toolConfig", {}).get("tools", [])}
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, timeout=timeout)
            if answer.status != 200:
                raise _refused(answer.status, answer.data)
            return _from_openai(json.loads(answer.data), offered, len(request["messages"]))
        except urllib3.exceptions.ReadTimeoutError as error:
            raise ModelUnavailable("The language model did not answer in time.", TOO_SLOW) from error
        except urllib3.exceptions.HTTPError as error:
            raise ModelUnavailable(f"The language model does not answer ({type(error).__name__}).") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelUnavailable("The language model's server answered in no form of OpenAI's.") from error


def _refused(status: int, body: bytes) -> ModelUnavailable:
    """Tell a refusal in our own words: the server's may repeat what was said."""
    said = body[:4_000].decode("utf-8", "replace").lower()
    if status in (400, 413, 422, 500) and any(sign in said for sign in _LONG):
        return ModelUnavailable("The conversation is longer than the language model can read.", TOO_LONG)
    why = _STATUSES.get(status) or ("it failed" if status >= 500 else "it does not take the request")
    return ModelUnavailable(f"The language model does not answer: {why} (HTTP {status}).")


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
            function = {"name": use["name"], "arguments": json.dumps(use["input"], ensure_ascii=False)}
            uses.append({"id": use["toolUseId"], "type": "function", "function": function})
        elif "toolResult" in block:
            result = block["toolResult"]
            parts = (part.get("text") or json.dumps(part.get("json"), ensure_ascii=False) for part in result["content"])
            results.append({"role": "tool", "tool_call_id": result["toolUseId"], "content": "".join(parts)})
    said: list[Json] = []
    if texts or uses:
        said = [{"role": message["role"], "content": "\n".join(texts)} | ({"tool_calls": uses} if uses else {})]
    return results + said


def _from_openai(answer: Json, offered: Set[str], turn: int) -> Json:
    """Translate an answer; a call without an id gets one of its own, by `turn`."""
    choice = answer["choices"][0]
    message = choice["message"]
    text = without_thoughts(_written(message.get("content")))
    calls = [
        (call.get("id"), call["function"]["name"], arguments_of(call["function"].get("arguments")))
        for call in message.get("tool_calls") or []
    ] or [(None, name, arguments) for name, arguments in written_calls(text, offered)]
    content: list[Json] = [{"text": text}] if text and (message.get("tool_calls") or not calls) else []
    content += [
        {"toolUse": {"toolUseId": str(given or f"call-{turn}-{at}"), "name": str(name), "input": arguments}}
        for at, (given, name, arguments) in enumerate(calls)
    ]
    usage = answer.get("usage") or {}
    used = {
        "inputTokens": int(usage.get("prompt_tokens") or 0),
        "outputTokens": int(usage.get("completion_tokens") or 0),
    }
    stop = "tool_use" if calls else _STOPS.get(choice.get("finish_reason") or "stop", "end_turn")
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": used | {"totalTokens": sum(used.values())},
    }


def _written(content: Any) -> str:
    """Read a message's text: a text, or parts of which some are text."""
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""
