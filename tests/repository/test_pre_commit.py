"""Pre-commit against `nox -s lint`: the same commands in the same order, with the tools of the lock."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def hooks() -> list[dict[str, Any]]:
    """Give the hooks, all of them our own."""
    document = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (ours,) = document["repos"]
    assert ours["repo"] == "local"
    found: list[dict[str, Any]] = ours["hooks"]
    return found


def commands_of_lint() -> list[str]:
    """Give what the session `lint` runs, as written in the noxfile."""
    module = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    (lint,) = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "lint"]
    runs = [
        node for node in ast.walk(lint)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "run"
    ]  # fmt: skip
    return [" ".join(ast.literal_eval(argument) for argument in run.args) for run in runs]


def test_runs_what_lint_runs() -> None:
    assert commands_of_lint()
    assert [hook["entry"] for hook in hooks()] == commands_of_lint()


def test_uses_the_tools_of_the_lock_on_the_whole_tree() -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', lock, re.MULTILINE))
    for hook in hooks():
        (tool,) = hook["additional_dependencies"]
        name, _, version = tool.partition("==")
        assert locked[name] == version, f"write {name}=={locked[name]} in .pre-commit-config.yaml"
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
