"""Secrets from AWS Secrets Manager, read when first needed and kept for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from services.telemetry.steps import call

KEEP_SECONDS = 600.0
"""A rotated secret is noticed within ten minutes, for one read in so many requests."""


class SecretUnavailable(Exception):
    """Secrets Manager does not answer, or the secret is not there or not of the agreed form."""


class Secrets:
    """Reads JSON secrets by id. `clock` counts seconds (`time.monotonic`); `client` is for tests."""

    def __init__(self, clock: Callable[[], float], client: Any = None) -> None:
        self._clock = clock
        self._client = client
        self._kept: dict[str, tuple[float, dict[str, str]]] = {}

    def reader(self, secret_id: str, field: str) -> Callable[[], str]:
        """Make a function that reads one field of a secret; it raises `SecretUnavailable`."""
        return lambda: self.field(secret_id, field)

    def field(self, secret_id: str, field: str) -> str:
        """Read one field of a secret; raises `SecretUnavailable`. The message names the id, never the content."""
        kept = self._kept.get(secret_id)
        if kept is None or self._clock() - kept[0] > KEEP_SECONDS:
            kept = (self._clock(), self._fetched(secret_id))
            self._kept[secret_id] = kept
        value = kept[1].get(field)
        if not isinstance(value, str) or not value:
            raise SecretUnavailable(f"The secret {secret_id!r} has no text {field!r}.")
        return value

    def _fetched(self, secret_id: str) -> dict[str, str]:
        # Here and not above: boto3 takes most of a second to import, and a warm Lambda needs it once.
        from botocore.exceptions import BotoCoreError, ClientError

        if not secret_id:
            raise SecretUnavailable("The id of a secret is not set; see docs/settings.md.")
        try:
            with call("secretsmanager GetSecretValue", {"aws.secretsmanager.secret.arn": secret_id}):
                answer = self._secrets_manager().get_secret_value(SecretId=secret_id)
            content = json.loads(answer["SecretString"])
        except (BotoCoreError, ClientError, KeyError, ValueError) as error:
            raise SecretUnavailable(f"The secret {secret_id!r} cannot be read ({type(error).__name__}).") from error
        if not isinstance(content, dict):
            raise SecretUnavailable(f"The secret {secret_id!r} is not a JSON object.")
        return content

    def _secrets_manager(self) -> Any:
        if self._client is None:
            import boto3
            from botocore.config import Config

            limits = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
            self._client = boto3.client("secretsmanager", config=limits)
        return self._client
