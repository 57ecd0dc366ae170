"""The Lambda as it is deployed: its entry, its settings, its secrets, and what importing it brings along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from services.coursematch import app as composition
from services.coursematch.settings import Settings
from services.learner_history import LearnerHistory
from services.mock_algolia import AlgoliaMock
from services.web_edge.gateway_event import lambda_handler_for
from tests.coursematch.tokens import AUDIENCE, ISSUER, SIGNING_KEY, bearer
from tests.learner_history.sources import seed_database
from tests.support.postgres import TestServer

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "ALGOLIA_APP_ID": "mock",
    "ALGOLIA_SECRET": "algolia",
    "DATABASE_SECRET": "database",
    "IDENTITY_SECRET": "identity",
    "IDENTITY_ISSUER": ISSUER,
    "IDENTITY_AUDIENCE": AUDIENCE,
}
HANDLERS = ["coursematch", "enrollments"]


class _SecretsManager:
    """boto3's Secrets Manager client, over a dictionary."""

    def __init__(self, secrets: dict[str, dict[str, str]]) -> None:
        self._secrets = secrets

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's own spelling
        return {"SecretString": json.dumps(self._secrets[SecretId])}


@pytest.mark.parametrize("room", HANDLERS)
def test_imports_neither_boto3_nor_a_database_driver_before_it_needs_them(room: str) -> None:
    script = (
        f"import sys, services.{room}.lambda_handler as it; "
        "assert callable(it.handler); slow = ['boto3', 'botocore', 'pg8000', 'algoliasearch', 'sqlalchemy']; "
        "print([name for name in slow if name in sys.modules])"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True
    )
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


@pytest.mark.parametrize("room", HANDLERS)
def test_names_the_setting_that_is_missing(room: str) -> None:
    environment = {name: value for name, value in {**os.environ, **ENVIRONMENT}.items() if name != "IDENTITY_ISSUER"}
    ran = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", f"import services.{room}.lambda_handler"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "The setting IDENTITY_ISSUER is not set" in ran.stderr


def test_answers_events_with_its_secrets_from_secrets_manager(
    algolia: AlgoliaMock, postgres: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.fresh_database() as url:
        seed_database(url)
        secrets = {
            "algolia": {"search_key": algolia.search_key},
            "database": {"url": url},
            "identity": {"signing_key": SIGNING_KEY},
        }
        monkeypatch.setattr(boto3, "client", lambda *_, **__: _SecretsManager(secrets))
        opened: list[LearnerHistory] = []
        build_history = composition.history_from

        def remembered(*arguments: Any) -> LearnerHistory:
            opened.append(build_history(*arguments))
            return opened[-1]

        monkeypatch.setattr(composition, "history_from", remembered)
        settings = Settings.from_environment({**ENVIRONMENT, "ALGOLIA_HOSTS": algolia.url})
        app = composition.create_app(settings)
        handler = lambda_handler_for(app)
        search = {"httpMethod": "GET", "path": "/coursematch", "queryStringParameters": {"keywords": "sql"}}
        learner = {
            "httpMethod": "GET",
            "path": "/recommendations",
            "queryStringParameters": {"student_id": "1"},
            "headers": bearer("1"),
        }
        nulls = {"httpMethod": "GET", "path": "/coursematch", "queryStringParameters": None}
        answers = [handler(event, None) for event in (search, learner, nulls)]
        opened[0].close()
    assert [answer["statusCode"] for answer in answers] == [200, 200, 400]
    assert json.loads(answers[0]["body"])["matches"]
    assert json.loads(answers[1]["body"])["recommendations"]


def test_says_so_when_secrets_manager_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        def get_secret_value(self, **_: str) -> None:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")

    monkeypatch.setattr(boto3, "client", lambda *_, **__: Down())
    client = composition.create_app(Settings.from_environment(ENVIRONMENT)).test_client()
    for path in ("/coursematch?keywords=sql", "/recommendations?student_id=1", "/health"):
        response = client.get(path, headers=bearer("1"))
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
