"""The emulated AWS as the creators of resources see it: a client a service, and how its ARNs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.config import Config
from localstack_client.session import Session  # type: ignore[import-untyped]  # the package carries no types

from sandbox.setup.aws_keys import ACCOUNT, AwsKeys
from sandbox.setup.loopback_http import answers_within

Inputs = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]
PATIENCE_SECONDS = 20


class EmulatorSilent(Exception):
    """The emulator does not answer."""


class AwsClients:
    """Clients of the emulator at one endpoint."""

    def __init__(self, endpoint: str, region: str, keys: AwsKeys) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.region = region
        self._session = Session(
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            region_name=region,
            localstack_host=self.endpoint.removeprefix("http://"),
        )
        self._clients: dict[str, Any] = {}
        for service in ("iam", "lambda", "logs", "secretsmanager", "cloudwatch", "apigateway"):
            self._clients[service] = self._connect(service)

    def client(self, service: str) -> Any:
        """Give a boto3 client of the emulator. Raises KeyError for a service that this engine does not use."""
        return self._clients[service]

    def _connect(self, service: str) -> Any:
        options = Config(
            proxies={}, max_pool_connections=20, connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 1}
        )
        client = self._session.client(service, config=options)
        if client.meta.endpoint_url != self.endpoint:
            raise EmulatorSilent(f"a client of {service} would call {client.meta.endpoint_url}, not the emulator")
        return client

    def close(self) -> None:
        """Close the connections to the emulator."""
        for client in self._clients.values():
            client.close()

    def wait(self) -> None:
        """Wait until the emulator answers. Raises EmulatorSilent after 20 s."""
        if not answers_within(PATIENCE_SECONDS, f"{self.endpoint}/_localstack/health"):
            raise EmulatorSilent(f"nothing answers at {self.endpoint}")

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """Give the ARN of a resource in the emulators' default account."""
        return f"arn:aws:{service}:{self.region if region is None else region}:{ACCOUNT}:{resource}"


Creator = Callable[[AwsClients, Inputs], Created]
"""Creates one type of resource: inputs as Pulumi names them; gives (id, state) as the AWS provider would."""
