"""The guard before the emulator: programs of this machine pass, web pages do not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sandbox.embedded.engine import Deployment


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


def test_lets_any_origin_call_the_deployed_api(deployed: Deployment) -> None:
    answer = httpx.get(
        f"{deployed.outputs['apiUrl']}/enrollments?student_id=x",
        headers={"Origin": "https://campus.example", "Sec-Fetch-Site": "cross-site"},
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"


def test_refuses_a_foreign_host_on_the_deployed_api_too(deployed: Deployment) -> None:
    url = f"{deployed.outputs['apiUrl']}/enrollments?student_id=x"
    assert httpx.get(url, headers={"Host": "evil.example"}, trust_env=False, timeout=60).status_code == 403
