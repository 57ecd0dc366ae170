"""The guard before the emulator: programs of this machine pass, web pages do not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from sandbox.embedded.pulumi_engine.deployment import Deployed
from sandbox.gateway.guard import Receive, Scope, Send, Turnstile


@pytest.fixture
def caller(emulator: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulator, trust_env=False, timeout=60) as client:
        yield client


def test_lets_a_program_call_aws(caller: httpx.Client) -> None:
    assert caller.get("/restapis").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
def test_refuses_a_foreign_host(caller: httpx.Client, host: str) -> None:
    answer = caller.get("/restapis", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1", "bucket.s3.localhost:4566", "LOCALHOST"])
def test_accepts_every_name_of_this_machine(caller: httpx.Client, host: str) -> None:
    assert caller.get("/_ministack/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_refuses_a_web_page(caller: httpx.Client, headers: dict[str, str]) -> None:
    assert caller.post("/2015-03-31/functions", headers=headers).status_code == 403
    assert caller.options("/2015-03-31/functions", headers=headers).status_code == 403


def test_keeps_its_administration_closed(caller: httpx.Client) -> None:
    assert caller.post("/_ministack/reset").status_code == 403
    assert caller.post("/_ministack/config", json={}).status_code == 403


def test_lets_any_origin_call_the_deployed_api(deployed: Deployed) -> None:
    answer = httpx.get(
        f"{deployed.outputs['apiUrl']}/enrollments?student_id=x",
        headers={"Origin": "https://campus.example", "Sec-Fetch-Site": "cross-site"},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"


def test_refuses_a_foreign_host_on_the_deployed_api_too(deployed: Deployed) -> None:
    url = f"{deployed.outputs['apiUrl']}/enrollments?student_id=x"
    assert httpx.get(url, headers={"Host": "evil.example"}, trust_env=False, timeout=60).status_code == 403


def test_answers_a_burst_of_calls_instead_of_throttling_it(deployed: Deployed) -> None:
    url = f"{deployed.outputs['apiUrl']}/enrollments?student_id=x"

    async def burst() -> list[int]:
        async with httpx.AsyncClient(trust_env=False, timeout=120) as client:
            return [answer.status_code for answer in await asyncio.gather(*(client.get(url) for _ in range(40)))]

    assert asyncio.run(burst()) == [401] * 40


def test_queues_each_path_apart_so_that_functions_can_call_each_other() -> None:
    inside: list[str] = []
    most: dict[str, int] = {}

    async def scenario() -> None:
        let_go = asyncio.Event()

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            inside.append(scope["path"])
            most[scope["path"]] = max(most.get(scope["path"], 0), inside.count(scope["path"]))
            if scope["path"].endswith("/chat"):
                await let_go.wait()
            inside.remove(scope["path"])

        async def receive() -> dict[str, object]:
            return {}

        async def send(message: object) -> None:
            raise AssertionError(message)

        turnstile = Turnstile(application, places=2)
        api = "/restapis/a/v1/_user_request_"
        chats = [
            asyncio.create_task(turnstile({"type": "http", "path": f"{api}/chat"}, receive, send)) for _ in range(5)
        ]
        await asyncio.sleep(0)
        await turnstile({"type": "http", "path": f"{api}/coursematch"}, receive, send)
        assert inside == [f"{api}/chat"] * 2
        let_go.set()
        await asyncio.gather(*chats)

    asyncio.run(scenario())
    assert sorted(most.values()) == [1, 2]
