"""The same questions to both gateways, and how the answers differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

# What two deployments may differ in, in any answer: where they are, when they answered, under which number.
VOLATILE = {"date", "x-amzn-requestid", "x-amz-request-id", "x-amz-apigw-id", "x-amzn-trace-id", "x-localstack"}
# API Gateway (and LocalStack) rename headers that a function sets and the gateway sets too.
VOLATILE |= {f"x-amzn-remapped-{name}" for name in ("content-length", "date", "connection", "server")}
VOLATILE |= {"server", "connection", "content-length", "keep-alive", "transfer-encoding", "x-amzn-errortype"}


@dataclass(frozen=True)
class Question:
    """One request, in words and as HTTP; `learner` asks with that learner's token."""

    words: str
    path: str
    method: str = "GET"
    learner: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


QUESTIONS = (
    Question("a search", "/coursematch?keywords=python"),
    Question("a search in another script", "/coursematch?keywords=%E6%95%B0%E5%AD%A6"),
    Question("a search with a plus and a percent sign", "/coursematch?keywords=c%2B%2B+100%25"),
    Question("a search as a learner", "/coursematch?keywords=python", learner="1"),
    Question("no keywords", "/coursematch"),
    Question("empty keywords", "/coursematch?keywords="),
    Question("a repeated parameter", "/coursematch?keywords=python&keywords=java"),
    Question("an unknown parameter", "/coursematch?keywords=python&colour=red"),
    Question("a limit that is no number", "/coursematch?keywords=python&limit=ten"),
    Question("the plugin's courses", "/courses?query=data"),
    Question("recommendations", "/recommendations?student_id=1", learner="1"),
    Question("enrollments", "/enrollments?student_id=1", learner="1"),
    Question("enrollments without a token", "/enrollments?student_id=1"),
    Question("another learner's enrollments", "/enrollments?student_id=2", learner="1"),
    Question("a token that is none", "/enrollments?student_id=1", headers={"Authorization": "Bearer none"}),
    Question("health", "/health"),
    Question("the contract", "/openapi.yaml"),
    Question("a path that is not there", "/no/such/path"),
    Question("a method that is not there", "/coursematch?keywords=python", method="DELETE"),
    Question("a HEAD request", "/health", method="HEAD"),
    Question("a preflight", "/coursematch", method="OPTIONS", headers={"Origin": "https://campus.example"}),
    Question("a body that is no JSON", "/chat", method="POST", body=b"not json"),
    Question("the adviser's manifest", "/.well-known/ai-plugin.json"),
)


@dataclass(frozen=True)
class Difference:
    """Where two answers to one question differ, and each side's version."""

    question: str
    where: str
    ministack: str
    localstack: str


def differences(question: Question, bearer: Mapping[str, str], first: str, second: str) -> list[Difference]:
    """Ask both gateways (`first` is MiniStack's); answers each way in which they differ."""
    answers = [_ask(question, bearer, base) for base in (first, second)]
    found = []
    for where in ("status", "media type", "headers", "body"):
        one, other = (_part(answer, where, base) for answer, base in zip(answers, (first, second), strict=True))
        if one != other:
            one, other = _where_they_differ(one, other), _where_they_differ(other, one)
            found.append(Difference(question.words, where, _short(one), _short(other)))
    return found


def _ask(question: Question, bearer: Mapping[str, str], base: str) -> httpx.Response:
    headers = {**question.headers, **(bearer if question.learner else {})}
    with httpx.Client(trust_env=False, timeout=60) as client:
        return client.request(question.method, base + question.path, headers=headers, content=question.body)


def _part(answer: httpx.Response, where: str, base: str) -> Any:
    if where == "status":
        return answer.status_code
    if where == "media type":
        return answer.headers.get("content-type", "").split(";")[0]
    if where == "headers":
        return sorted(name for name in answer.headers if name not in VOLATILE)
    text = answer.text.replace(base, "{api}").replace(base.split("/restapis")[0], "{gateway}")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _where_they_differ(one: Any, other: Any) -> Any:
    """Of an object, only the members that the other has otherwise."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: value for key, value in one.items() if other.get(key) != value}
    if isinstance(one, list) and isinstance(other, list):
        return [item for item in one if item not in other]
    return one


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:97] + "…"
