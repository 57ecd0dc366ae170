"""Secrets are read when needed, kept for a while, and missing ones are named without their content."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from services.web_edge.secrets import KEEP_SECONDS, Secrets, SecretUnavailable


class _SecretsManager:
    """Answers `get_secret_value` as boto3 does, from a dictionary."""

    def __init__(self, secrets: dict[str, str]) -> None:
        self.secrets = secrets
        self.reads = 0
        self.reachable = True

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        self.reads += 1
        if not self.reachable:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        if SecretId not in self.secrets:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.secrets[SecretId]}


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_reads_a_secret_once_until_it_is_old() -> None:
    manager, clock = _SecretsManager({"db": json.dumps({"url": "first"})}), _Clock()
    url = Secrets(clock, manager).reader("db", "url")
    assert manager.reads == 0
    assert [url(), url()] == ["first", "first"]
    assert manager.reads == 1
    manager.secrets["db"] = json.dumps({"url": "second"})
    clock.now += KEEP_SECONDS + 1
    assert url() == "second"


@pytest.mark.parametrize("content", ["not json", "[]", "{}", '{"url": 3}', '{"url": ""}'])
def test_refuses_a_secret_of_another_form_without_telling_it(content: str) -> None:
    secrets = Secrets(_Clock(), _SecretsManager({"db": content}))
    with pytest.raises(SecretUnavailable, match="'db'"):
        secrets.field("db", "url")


def test_says_which_secret_is_missing_and_tries_again_next_time() -> None:
    manager = _SecretsManager({})
    url = Secrets(_Clock(), manager).reader("db", "url")
    with pytest.raises(SecretUnavailable, match="'db' cannot be read"):
        url()
    manager.reachable = False
    with pytest.raises(SecretUnavailable):
        url()
    manager.reachable, manager.secrets["db"] = True, json.dumps({"url": "now"})
    assert url() == "now"


def test_names_an_id_that_was_never_set() -> None:
    with pytest.raises(SecretUnavailable, match="not set"):
        Secrets(_Clock(), _SecretsManager({})).field("", "url")
