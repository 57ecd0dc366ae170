"""The pipeline: valid for Buildkite, and made of nox sessions that exist."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]


def pipeline() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / ".buildkite" / "pipeline.yml").read_text(encoding="utf-8"))
    return document


def commands(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        yield from commands(step.get("steps", []))
        if "command" in step:
            yield step["command"]


def test_is_valid_for_buildkite() -> None:
    # Buildkite's own schema, as its SDK carries it.
    schema = json.loads(files("buildkite_sdk").joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(pipeline())


def test_only_calls_nox_sessions_that_exist() -> None:
    module = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    found = list(commands(pipeline()["steps"]))
    assert found
    for command in found:
        said = re.fullmatch(r"python3 -m pip install --quiet nox && python3 -m nox -s (\w+)( -- .*)?", command)
        assert said, command
        assert said[1] in sessions, said[1]


def test_asks_before_it_deploys_and_deploys_one_at_a_time() -> None:
    steps = {step["key"]: step for step in pipeline()["steps"] if "key" in step}
    assert "block" in steps["approve"]
    assert steps["deploy"]["depends_on"] == "approve"
    assert steps["deploy"]["concurrency"] == 1
