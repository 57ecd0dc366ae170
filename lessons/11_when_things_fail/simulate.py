"""Run a learner's client against servers that are made up, by a clock that is made up: no second is really waited."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from lessons.calls import learners_module, tell

MOST = 50
"""Requests until a client counts as one that never ends."""


def met(module: Any, server: dict[str, Any]) -> dict[str, Any]:
    """Let `fetch` meet one server; what it sent and slept, and how it ended."""
    now, sent, slept = [1000.0], [0], []

    def send() -> tuple[int, dict[str, str]]:
        answer = server["answers"][min(sent[0], len(server["answers"]) - 1)]
        sent[0] += 1
        now[0] += server["takes"]
        if sent[0] > MOST:
            raise RuntimeError("it goes on for ever")
        return answer[0], dict(answer[1])

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    try:
        ended: Any = module.fetch(send, sleep, lambda: now[0], lambda: server["random"], server["deadline"])
    except Exception as error:  # noqa: BLE001 - whatever a learner raises is told to the learner
        ended = type(error).__name__
    return {"ended": ended, "sent": sent[0], "slept": slept, "took": now[0] - 1000.0}


def circuit(module: Any, steps: list[list[Any]]) -> list[bool]:
    """Go through steps: ["allows"], ["note", ok] or ["wait", seconds]; what `allows` said each time."""
    now = [50.0]
    one = module.Circuit(3, 10.0, lambda: now[0])
    said = []
    acts: dict[str, Callable[..., Any]] = {
        "allows": lambda: said.append(one.allows()),
        "note": lambda ok: one.note(ok),
        "wait": lambda seconds: now.__setitem__(0, now[0] + seconds),
    }
    for name, *arguments in steps:
        acts[name](*arguments)
    return said


if __name__ == "__main__":
    given = json.load(sys.stdin)
    theirs = learners_module(sys.argv[1])
    tell({
        "met": [met(theirs, server) for server in given["servers"]],
        "circuits": [circuit(theirs, steps) for steps in given["circuits"]],
    })  # fmt: skip
