"""`python -m services.advisor.tools.generate`: write `contract.json`, the parameters of the tools' operations.

The contract is YAML, and reading YAML takes longer than the Lambda's start may: so its parameters travel as JSON, and a
test holds the file to the contract.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
TARGET = Path(__file__).with_name("contract.json")
UNTOLD = frozenset({"pattern", "example"})
"""What tools are not told of a parameter: a pattern says over again what trimming does."""


def parameters_of(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give the parameters of every GET operation by its operationId: name, description, required and schema."""
    found = {}
    for item in document["paths"].values():
        operation = item.get("get")
        if operation is not None and "parameters" in operation:
            found[operation["operationId"]] = [_told(_resolved(one, document)) for one in operation["parameters"]]
    return found


def _told(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "description": parameter["description"],
        "required": bool(parameter.get("required")),
        "schema": _without(parameter["schema"]),
    }


def _without(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    return {name: _without(value) for name, value in schema.items() if name not in UNTOLD}


def _resolved(node: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def text_of(document: dict[str, Any]) -> str:
    """Write the file's text."""
    return json.dumps(parameters_of(document), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    TARGET.write_text(text_of(document), encoding="utf-8", newline="\n")
