"""What the Pulumi CLI is told of our programs and policies: it runs them in the environment that nox made, as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra_pulumi.checkout.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = [*(ROOT / "infra_pulumi").rglob("Pulumi.yaml"), *(ROOT / "infra_pulumi").rglob("PulumiPolicy.yaml")]


@pytest.mark.parametrize("file", PROJECTS, ids=lambda file: file.parent.name)
def test_fills_no_environment_of_its_own(file: Path) -> None:
    """Without this the CLI, beside a uv.lock, fills the repository's .venv with every group (1.5 GB)."""
    assert read_yaml(file)["runtime"] == {"name": "python", "options": {"toolchain": "pip"}}


def packages(group: str) -> set[str]:
    """What a dependency group asks for, those that it includes with it."""
    groups: dict[str, list[Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "dependency-groups"
    ]
    found: set[str] = set()
    for need in groups[group]:
        found |= packages(need["include-group"]) if isinstance(need, dict) else {need}
    return found


def test_finds_programs_and_policies_there() -> None:
    """`nox -s deploy`, `engine` and `sandbox` install this group, and the CLI then runs the policy pack with it."""
    assert len(PROJECTS) == 3
    assert packages("policy") <= packages("sandbox")
