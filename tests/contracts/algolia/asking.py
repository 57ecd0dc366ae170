"""Requests to a server as plain HTTP sends them, and what of an answer is looked at."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

from services.mock_algolia import AlgoliaMock


class Names(set[str]):
    """The names of an answer's fields, and no others."""


def ask(server: AlgoliaMock, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """Send a request with this key, the admin's if none is given: status and answer."""
    headers = {"x-algolia-application-id": server.app_id, "x-algolia-api-key": key or server.admin_key}
    data = None if body is None else orjson.dumps(body)
    try:
        with urlopen(Request(server.url + path, data, headers, method=method), timeout=30) as answer:  # noqa: S310 - ours
            return answer.status, orjson.loads(answer.read())
    except HTTPError as refused:
        with refused:
            return refused.code, orjson.loads(refused.read())


def seen(answer: Any, place: str) -> Any:
    """Give what stands at a place such as `hits.0.name`; `hits.*.name`: of each; `hits.#`: how many; empty: all."""
    for step in filter(None, place.split(".")):
        if step == "*":
            return [seen(one, place.split("*.", 1)[1]) for one in answer]
        if step == "#":
            return len(answer)
        answer = answer[int(step)] if isinstance(answer, list) else answer.get(step)
    return answer


def holds(answer: Any, expected: Any) -> bool:
    """Tell whether an answer has these names alone, or these things at these places."""
    if isinstance(expected, Names):
        return set(answer) == expected
    return all(seen(answer, place) == value for place, value in expected.items())
