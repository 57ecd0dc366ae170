"""New code for Lambda functions through the AWS API: a version is tried before the alias points at it."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from grimp import ImportGraph

from infra_pulumi.package import build
from sandbox.gateway.live_versions import ALIAS, let_live, published
from sandbox.setup.state import ROOT

TRIAL = {"httpMethod": "GET", "path": "/openapi.yaml", "headers": {}, "requestContext": {}}
"""What every function answers once it has been imported, with the contract or with 404."""


class DoesNotStart(Exception):
    """A version cannot be imported; the one before it goes on answering."""


@dataclass(frozen=True)
class Tried:
    """A version of a room's function that answers, and that nobody calls yet."""

    room: str
    function: str
    version: str


class Functions:
    """The deployed functions. `client` is boto3's of Lambda."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def tried(self, rooms: Sequence[str], imports: ImportGraph) -> list[Tried]:
        """Publish what is saved of `rooms`, and try each; gives those that changed. Raises `DoesNotStart`.

        No alias is moved: a half-made change is to be live nowhere.
        """
        if not rooms:
            return []
        names = {told["FunctionName"].rpartition("-")[2]: told["FunctionName"] for told in self._all()}
        with ThreadPoolExecutor(max_workers=len(rooms)) as pool:
            tried = list(pool.map(lambda room: self._tried(room, names[room], imports), rooms))
        return [one for one in tried if one is not None]

    def let_live(self, tried: Sequence[Tried]) -> list[str]:
        """Point the alias of each at what was tried; gives their rooms."""
        for one in tried:
            let_live(self._client, one.function, one.version)
        return [one.room for one in tried]

    def _all(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._client.list_functions()["Functions"]
        return listed

    def _tried(self, room: str, name: str, imports: ImportGraph) -> Tried | None:
        """Publish what is saved as a version, and try it; None where that is live already.

        What is live is asked of AWS: the zip on disk may be of a save that was refused.
        """
        built = build.build(room, ROOT, imports)
        if built is None or self._live(name) == base64.b64encode(bytes.fromhex(built.sha256)).decode():
            return None
        self._client.update_function_code(FunctionName=name, ZipFile=built.path.read_bytes())
        version = published(self._client, name)
        answer = self._client.invoke(FunctionName=name, Qualifier=version, Payload=json.dumps(TRIAL).encode())
        told = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError") or not isinstance(told, dict) or "statusCode" not in told:
            reason = told.get("errorMessage") if isinstance(told, dict) else None
            raise DoesNotStart(f"{room} does not start: {reason or told}")
        return Tried(room, name, version)

    def _live(self, name: str) -> str:
        told = self._client.get_function_configuration(FunctionName=name, Qualifier=ALIAS)
        return str(told.get("CodeSha256"))
