"""What a chat request may say, and what is wrong with one that is refused."""

from __future__ import annotations

from typing import Any

from services.advisor.conversation.adviser import Said
from services.web_edge.json_text import NotJson, read_json

MOST_BYTES = 100_000
MOST_MESSAGES = 40
MOST_CHARACTERS = 4_000
_KNOWN = ("messages",)


class BadChat(Exception):
    """A chat request that cannot be understood; the message says how to mend it, `parameter` names the field."""

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


def read_chat(content: bytes) -> list[Said]:
    """Read `{"messages": [{"role": "user", "content": "…"}, …]}`; the last message is the user's. Raises `BadChat`."""
    if len(content) > MOST_BYTES:
        raise BadChat(f"The body has {len(content)} bytes; send at most {MOST_BYTES}.")
    try:
        body = read_json(content)
    except NotJson as error:
        form = '{"messages": [{"role": "user", "content": "…"}]}'
        raise BadChat(f"The body is not JSON ({error}); send {form}.") from error
    if not isinstance(body, dict):
        raise BadChat('The body must be an object: {"messages": [{"role": "user", "content": "…"}]}.')
    for name in body:
        if name not in _KNOWN:
            raise BadChat(f"`{name[:100]}` is not a field of a chat; it has `messages`.", name[:100])
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadChat("`messages` must be a list with at least one message.", "messages")
    if len(messages) > MOST_MESSAGES:
        raise BadChat(f"`messages` holds {len(messages)}; send the last {MOST_MESSAGES}.", "messages")
    said = [_said(message, at) for at, message in enumerate(messages)]
    if said[-1].role != "user":
        raise BadChat("The last of `messages` must be the user's.", "messages")
    return said


def _said(message: Any, at: int) -> Said:
    where = f"messages[{at}]"
    if not isinstance(message, dict) or set(message) != {"role", "content"}:
        raise BadChat(f"`{where}` must be an object of `role` and `content`.", where)
    role, text = message["role"], message["content"]
    if role not in ("user", "assistant"):
        raise BadChat(f"`{where}.role` must be user or assistant.", f"{where}.role")
    if not isinstance(text, str):
        raise BadChat(f"`{where}.content` must be text.", f"{where}.content")
    if len(text) > MOST_CHARACTERS:
        detail = f"`{where}.content` has {len(text)} characters; shorten it to {MOST_CHARACTERS}."
        raise BadChat(detail, f"{where}.content")
    return Said(role, text.replace("\x00", " "))  # a NUL has no business in a message, and no way on to a model
