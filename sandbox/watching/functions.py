"""New code for Lambda functions through the AWS API: a version is tried before the alias points at it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra_pulumi.package import build
from sandbox.gateway.live_versions import ALIAS, let_live, published
from sandbox.setup.state import ROOT

TRIAL = {"httpMethod": "GET", "path": "/openapi.yaml", "headers": {}, "requestContext": {}}
"""What every function answers once it has been imported, with the contract or with 404."""


class DoesNotStart(Exception):
    """A version cannot be imported; the one before it goes on answering."""


class Functions:
    """The deployed functions. `client` is boto3's of Lambda."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def update(self, rooms: Sequence[str]) -> list[str]:
        """Let the functions of `rooms` run what is saved; gives those that changed. Raises `DoesNotStart`.

        All are tried before any alias is moved: a half-made change is live nowhere.
        """
        names = {told["FunctionName"].rpartition("-")[2]: told["FunctionName"] for told in self._all()}
        with ThreadPoolExecutor(max_workers=3) as pool:
            versions = list(pool.map(lambda room: self._tried(room, names[room]), rooms))
        changed = [(room, version) for room, version in zip(rooms, versions, strict=True) if version is not None]
        for room, version in changed:
            let_live(self._client, names[room], version)
        return [room for room, _ in changed]

    def _all(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._client.list_functions()["Functions"]
        return listed

    def _tried(self, room: str, name: str) -> str | None:
        """Publish what is saved as a version, and try it; None where that is live already.

        What is live is asked of AWS: the zip on disk may be of a save that was refused.
        """
        built = build.build(room, ROOT)
        if built is None or self._live(name) == base64.b64encode(bytes.fromhex(built.sha256)).decode():
            return None
        self._client.update_function_code(FunctionName=name, ZipFile=built.path.read_bytes())
        version = published(self._client, name)
        answer = self._client.invoke(FunctionName=name, Qualifier=version, Payload=json.dumps(TRIAL).encode())
        told = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError") or not isinstance(told, dict) or "statusCode" not in told:
            reason = told.get("errorMessage") if isinstance(told, dict) else None
            raise DoesNotStart(f"{room} does not start: {reason or told}")
        return version

    def _live(self, name: str) -> str:
        told = self._client.get_function_configuration(FunctionName=name, Qualifier=ALIAS)
        return str(told.get("CodeSha256"))
