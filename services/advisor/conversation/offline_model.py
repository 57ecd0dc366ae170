"""A model of our own that needs no network: rules that plan tool calls and put their results into words.

It speaks Converse's shapes and keeps nothing between calls: everything it knows is in the messages, so the loop around
it is the one that drives Bedrock. Round one asks for tools; once their results stand in the messages, it answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from services.advisor.conversation.model import Json, text_of, tool_results_of, tool_uses_of
from services.advisor.conversation.replies import reply
from services.advisor.conversation.request_words import Words, speaks_of_history, understand
from services.course_record.levels import LEVELS
from services.question.course_keys import find_keys

DEFAULT_LIMIT = 5
MOST_KEYS = 3
_NEXT = re.compile(
    r"\b(?:recommend|suggest|advise)\b|\b(?:what|which)\b.{0,25}\bnext\b|\bnext (?:course|step|one)\b|\bfor me\b|"
    r"\bbased on my\b|\bfits? me\b|\bright for me\b|\bwhat should i (?:take|learn|study|do)\b|"
    r"\bsurprise me\b|\banything\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\b(?:the |number |no\.? |#)?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b(?: one| course)?"
)
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2} | {
    "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "last": -1
}  # fmt: skip
_YES = re.compile(r"^\W*(?:yes|yeah|yep|sure|ok|okay|please|go ahead|do(?: that| it)?|without)\b", re.IGNORECASE)
_EASIER = re.compile(r"\b(?:easier|simpler|less advanced|too (?:hard|difficult|advanced))\b", re.IGNORECASE)
_HARDER = re.compile(r"\b(?:harder|more advanced|more challenging|too (?:easy|basic|simple))\b", re.IGNORECASE)


class OfflineModel:
    """Answers Converse requests by rules."""

    def converse(self, request: Json, seconds: float) -> Json:  # noqa: ARG002  rules take no time worth bounding
        """Plan tools for the last thing a person said, or answer from the results that have come since."""
        messages: list[Json] = request["messages"]
        asked_at = max(at for at, message in enumerate(messages) if _said(message))
        since = messages[asked_at + 1 :]
        if any(tool_results_of(message) for message in since):
            content: list[Json] = [{"text": reply(_results(since))}]
        else:
            offered = {tool["toolSpec"]["name"] for tool in request.get("toolConfig", {}).get("tools", [])}
            content = self._plan(messages, asked_at, offered)
        stop = "tool_use" if any("toolUse" in block for block in content) else "end_turn"
        used = {"inputTokens": _tokens(messages), "outputTokens": _tokens(content)}
        return {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": stop,
            "usage": used | {"totalTokens": sum(used.values())},
            "metrics": {"latencyMs": 0},
        }

    def _plan(self, messages: Sequence[Json], asked_at: int, offered: set[str]) -> list[Json]:
        message = text_of(messages[asked_at])
        words = self._words(messages, asked_at)
        calls: list[tuple[str, Json]] = []
        if words.keys:
            calls = [("explain_course", {"course_key": key}) for key in words.keys[:MOST_KEYS]]
        elif speaks_of_history(message) and (not words.topic.replace("taken", "").strip() or not _NEXT.search(message)):
            calls = [("get_enrollments", {})]
        elif words.topic:
            arguments: Json = {"keywords": words.topic, "limit": words.limit or DEFAULT_LIMIT}
            arguments |= {"level": words.level} if words.level else {}
            arguments |= {"language": words.language} if words.language else {}
            calls = [("match_courses", arguments)]
        elif "recommend_courses" in offered:
            calls = [("recommend_courses", {"limit": words.limit or DEFAULT_LIMIT})]
        calls = [(name, arguments) for name, arguments in calls if name in offered]
        if not calls:
            return [{"text": _sign_in(message)}]
        return [
            {"toolUse": {"toolUseId": f"offline-{asked_at}-{at}", "name": name, "input": arguments}}
            for at, (name, arguments) in enumerate(calls)
        ]

    def _words(self, messages: Sequence[Json], asked_at: int) -> Words:
        """Understand a message with what went before it: "something easier" has its topic from earlier."""
        message = text_of(messages[asked_at])
        words = understand(message)
        if not words.keys and (ordinal := _ORDINAL.search(message.casefold())):
            named = [key.course_key for key in find_keys(_before(messages, asked_at))]
            place = _PLACES[ordinal[1]]
            if -len(named) <= place < len(named) and (not words.topic or ordinal[0] in message.casefold()):
                return Words("", words.level, words.language, words.limit, (named[place],))
        if words.topic and not (words.level and words.language) and _asked(messages, asked_at):
            words = _with_earlier_filters(words, messages, asked_at)
        if words.topic or words.keys or speaks_of_history(message) or _NEXT.search(message):
            return _moved(words, None, message)
        for earlier in reversed(range(asked_at)):
            if _said(messages[earlier]):
                before = understand(text_of(messages[earlier]))
                if (
                    before.topic
                    and _YES.search(message)
                    and "without that filter" in _before(messages, asked_at).casefold()
                ):
                    return Words(before.topic, None, None, before.limit, ())
                if before.topic:
                    merged = Words(
                        before.topic,
                        words.level or before.level,
                        words.language or before.language,
                        words.limit or before.limit,
                        (),
                    )
                    return _moved(merged, before.level, message)
        return words


def _moved(words: Words, before: str | None, message: str) -> Words:
    """Move a level one step where the message asks for easier or harder than before."""
    step = -1 if _EASIER.search(message) else 1 if _HARDER.search(message) else 0
    if not step:
        return words
    steps = list(LEVELS)
    start = steps.index(before) if before in steps else 1
    level = steps[min(max(start + step, 0), len(steps) - 1)]
    return Words(words.topic, level, words.language, words.limit, words.keys)


def _asked(messages: Sequence[Json], asked_at: int) -> bool:
    """Say whether the person's message answers the adviser's question what they want to learn."""
    return _before(messages, asked_at).startswith("What would you like to learn?")


def _with_earlier_filters(words: Words, messages: Sequence[Json], asked_at: int) -> Words:
    """Add what was said before the question: "courses for beginners", asked back, "photography"."""
    earlier = next(understand(text_of(message)) for message in reversed(messages[:asked_at]) if _said(message))
    level, language = words.level or earlier.level, words.language or earlier.language
    return Words(words.topic, level, language, words.limit or earlier.limit, words.keys)


def _said(message: Json) -> bool:
    """Say whether a message is something a person wrote, and not the results of tools."""
    return message["role"] == "user" and not tool_results_of(message)


def _before(messages: Sequence[Json], asked_at: int) -> str:
    for message in reversed(messages[:asked_at]):
        if message["role"] == "assistant" and (text := text_of(message)):
            return text
    return ""


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


def _sign_in(message: str) -> str:
    if speaks_of_history(message) or _NEXT.search(message):
        return (
            "For that I need to know you: give your token, and I will look at your courses. Or tell me a topic, and I "
            "will search for it."
        )
    return "What would you like to learn? A topic is enough, for example “data analysis with Python”."


def _tokens(value: object) -> int:
    """Estimate tokens as a quarter of the characters."""
    return len(json.dumps(value, ensure_ascii=False)) // 4
