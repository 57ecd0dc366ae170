"""The import rules themselves: no room is without an exhaustive one, and no room is a heap."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
MOST = 21
"""Modules beside each other that a reader still takes in: some twenty."""


def rooms(top: str) -> list[str]:
    """Give the packages below a folder that hold more than one thing."""
    folders = [path.parent for path in sorted((ROOT / top).rglob("__init__.py"))]
    return [folder.relative_to(ROOT).as_posix().replace("/", ".") for folder in folders if len(inside(folder)) > 1]


def inside(folder: Path) -> list[str]:
    """Give the modules and packages that lie in a folder."""
    modules = [path.stem for path in folder.glob("*.py") if path.name != "__init__.py"]
    return modules + [path.parent.name for path in folder.glob("*/__init__.py")]


@pytest.mark.parametrize("top", CONTRACTS["root_packages"])
def test_every_room_has_a_rule_that_names_all_that_lies_in_it(top: str) -> None:
    ruled = {
        container
        for contract in CONTRACTS["contracts"]
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract.get("containers", [])
    }
    missing = [room for room in rooms(top) if room not in ruled and room != "notebooks"]
    assert missing == [], f"say in pyproject.toml, [tool.importlinter], what may import what in {missing}"


@pytest.mark.parametrize("top", [*CONTRACTS["root_packages"], "tests"])
def test_no_folder_is_a_heap(top: str) -> None:
    folders = {path.parent for path in (ROOT / top).rglob("*.py")}
    heaps = {
        folder.relative_to(ROOT).as_posix(): len(inside(folder)) for folder in folders if len(inside(folder)) > MOST
    }
    assert heaps == {}, "too many modules beside each other: give those that belong together a room"
