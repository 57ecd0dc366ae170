"""The guard before the emulator: whoever holds the sandbox's keys passes; other users and web pages do not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.embedded.pulumi_engine.deployment import Deployed
from sandbox.gateway.guard import Receive, Scope, Send, Turnstile
from sandbox.setup.aws_keys import ACCOUNT, PROFILE, REGION, AwsKeys, cli_profile
from tests.support.deployed_system import KEYS
from tests.support.raw_http import ask


@pytest.fixture
def caller(emulator: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=emulator, trust_env=False, timeout=60) as client:
        yield client


def client_of(service: str, emulator: str, keys: AwsKeys = KEYS) -> Any:
    """Make a boto3 client that asks once and signs with these keys."""
    return boto3.client(
        service,
        endpoint_url=emulator,
        region_name=REGION,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def test_lets_programs_that_hold_the_keys_call_every_service(emulator: str) -> None:
    """Each protocol that AWS's clients speak: JSON, REST with odd paths and queries, forms, XML, binary."""
    with contextlib.ExitStack() as opened:

        def client(service: str) -> Any:
            return opened.enter_context(contextlib.closing(client_of(service, emulator)))

        assert client("sts").get_caller_identity()["Account"] == ACCOUNT
        client("iam").create_role(RoleName="guard+test", AssumeRolePolicyDocument="{}", Description="tëst")
        client("secretsmanager").create_secret(Name="guard/test é", SecretString="kept")
        assert client("secretsmanager").get_secret_value(SecretId="guard/test é")["SecretString"] == "kept"
        assert client("logs").describe_log_groups(logGroupNamePrefix="/none")["logGroups"] == []
        client("cloudwatch").put_metric_data(Namespace="g", MetricData=[{"MetricName": "m", "Value": 1.0}])
        assert client("apigateway").get_rest_apis(limit=5)["items"] is not None
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:no such:$LATEST"
        with pytest.raises(ClientError) as missing:
            client("lambda").get_function(FunctionName=arn.replace("no such", "none"))
        assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
        client("s3").create_bucket(Bucket="guard-test")
        for key in ("plain", "a b/ç+&=?%20//x~", "dots/..hidden/a.txt"):
            client("s3").put_object(Bucket="guard-test", Key=key, Body=b"kept")
            assert client("s3").get_object(Bucket="guard-test", Key=key)["Body"].read() == b"kept"
        assert client("s3").list_objects_v2(Bucket="guard-test", Prefix="a b/ç+&")["KeyCount"] == 1


@pytest.mark.parametrize(
    "keys", [AwsKeys("test"), AwsKeys(""), AwsKeys("x" + KEYS.secret_access_key[1:]), AwsKeys("test", "test"),
             AwsKeys(KEYS.secret_access_key, "111111111111")],
)  # fmt: skip
def test_refuses_programs_with_other_keys(emulator: str, keys: AwsKeys) -> None:
    if not keys.secret_access_key:
        keys = AwsKeys(" ", keys.access_key_id)
    with contextlib.closing(client_of("lambda", emulator, keys)) as client, pytest.raises(ClientError) as refused:
        client.list_functions()
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "keys" in refused.value.response["Error"]["Message"]
    assert KEYS.secret_access_key not in str(refused.value)


CONTROL_PLANE = [
    ("GET", "/2015-03-31/functions", {}),
    ("POST", "/2015-03-31/functions", {}),
    ("GET", "/restapis", {}),
    ("GET", "/", {}),
    ("POST", "/", {"X-Amz-Target": "secretsmanager.GetSecretValue"}),
    ("POST", "/?Action=ListUsers&Version=2010-05-08", {}),
    ("GET", "/_ministack/messages", {}),
    ("GET", "/_ministack/ready", {}),
    ("GET", "/_localstack/info", {}),
    ("GET", "/?AWSAccessKeyId=test&Signature=x&Expires=9999999999", {}),
    ("GET", "/?X-Amz-Credential=000000000000/20261127/us-east-1/s3/aws4_request&X-Amz-Signature=x", {}),
    ("GET", "/2015-03-31/functions", {"Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/x"}),
    ("GET", "/2015-03-31/functions", {"Authorization": "AWS 000000000000:x"}),
    ("GET", "/restapis/abc/v1/_user_request_/../../../../2015-03-31/functions", {}),
    ("GET", "/restapis/abc/v1/_user_request_/%2e%2e/%2e%2e/%2e%2e/2015-03-31/functions", {}),
    ("GET", "/restapis/abc/v1/_user_request_/..\\..\\2015-03-31/functions", {}),
    ("GET", "/restapis/abc/v1/_user_request_/health", {"Host": "lambda.us-east-1.localhost"}),
    ("GET", "/_ministack/health", {"Host": "bucket.s3.localhost"}),
    ("POST", "/_ministack/health", {}),
    ("GET", "http://localhost/2015-03-31/functions", {}),
    ("GET", "//_ministack/health/../../2015-03-31/functions", {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "headers"), CONTROL_PLANE)
def test_refuses_whoever_signs_nothing(emulator: str, method: str, target: str, headers: dict[str, str]) -> None:
    host = headers.get("Host", "localhost")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name != "Host")
    sent = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}Content-Length: 2\r\n\r\n{{}}"
    answer = ask(int(emulator.rpartition(":")[2]), sent.encode())
    assert answer.status == 403
    assert answer.is_problem


def test_an_open_path_never_becomes_a_call_of_another_service(deployed: Deployed) -> None:
    """What makes the emulator choose a service (target, action, credential scope) chooses none on the API's paths."""
    forged = "AWS4-HMAC-SHA256 Credential=000000000000/20261127/us-east-1/lambda/aws4_request, SignedHeaders=host, "
    for headers in (
        {"X-Amz-Target": "secretsmanager.ListSecrets", "Content-Type": "application/x-amz-json-1.1"},
        {"Authorization": forged + "Signature=" + "0" * 64},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ):
        answer = httpx.post(
            f"{deployed.outputs['apiUrl']}/chat?Action=ListUsers&Version=2010-05-08", headers=headers,
            content=b"Action=ListUsers&Version=2010-05-08", trust_env=False, timeout=60,
        )  # fmt: skip
        assert answer.status_code in (400, 401, 415)
        assert answer.headers["content-type"] == "application/problem+json"


def test_gives_awss_own_clients_a_profile_that_works(
    emulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever keys of the user's own stand around, they are not used."""
    profile = tmp_path / "aws-config"
    profile.write_text(cli_profile(KEYS, emulator))
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = theirs\naws_secret_access_key = theirs\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profile))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "theirs")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "theirs")
    with contextlib.closing(boto3.Session(profile_name=PROFILE).client("sts")) as client:
        assert client.get_caller_identity()["Account"] == ACCOUNT


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
def test_refuses_a_foreign_host(caller: httpx.Client, host: str) -> None:
    answer = caller.get("/restapis", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1", "[::1]:4566", "LOCALHOST"])
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
