"""The routes that `openapi.yaml` declares, as the REST API needs them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra_pulumi.checkout.yaml_text import read_yaml
from infra_pulumi.refusal import ProgramRefused

METHODS = ("get", "put", "post", "delete", "patch")
LOCATIONS = {"query": "querystring", "header": "header", "path": "path"}


class ContractRefused(ProgramRefused):
    """`openapi.yaml` cannot be deployed; the message names the path."""


@dataclass(frozen=True)
class Route:
    """One operation: its path, method, Lambda, and the parameters as API Gateway writes them (name → required)."""

    path: str
    method: str
    function: str
    parameters: tuple[tuple[str, bool], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def read(contract: Path) -> list[Route]:
    """List every operation of the contract, by path and method. Raises ContractRefused where a path names no Lambda."""
    document = read_yaml(contract)
    found: list[Route] = []
    for path, item in sorted(document["paths"].items()):
        for method in METHODS:
            if (operation := item.get(method)) is None:
                continue
            function = operation.get("x-function", item.get("x-function"))
            if not isinstance(function, str):
                raise ContractRefused(f"openapi.yaml: {method.upper()} {path} has no x-function to say which Lambda")
            declared = [*item.get("parameters", []), *operation.get("parameters", [])]
            named = dict(_parameter(document, parameter) for parameter in declared)
            named.pop("method.request.header.Authorization", None)  # the function's to judge, with 401 and not 400
            found.append(Route(path, method.upper(), function, tuple(sorted(named.items()))))
    return found


def fingerprint(routes: Iterable[Route]) -> str:
    """Give a hash that changes whenever a route does."""
    listing = json.dumps([asdict(route) for route in routes], sort_keys=True)
    return hashlib.sha256(listing.encode()).hexdigest()


def _parameter(document: dict[str, Any], parameter: dict[str, Any]) -> tuple[str, bool]:
    while (reference := parameter.get("$ref")) is not None:
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        parameter = target
    name = f"method.request.{LOCATIONS[parameter['in']]}.{parameter['name']}"
    return name, parameter["in"] == "path" or bool(parameter.get("required", False))
