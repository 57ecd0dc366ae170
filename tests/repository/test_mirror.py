"""Tests mirror rooms: who knows where a module lies finds its tests; what several rooms use lies in tests/support."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
ACROSS = {"architecture", "contracts", "repository", "support", "system"}
"""What is about several rooms at once."""
WHOLE = {"tests/mock_algolia/clients"}
"""What is about all of a service, with a helper of its own."""
FILES = sorted(path for path in TESTS.rglob("test_*.py"))


def source_of(folder: Path) -> Path | None:
    """Give the folder whose tests these are; None where they are about several."""
    parts = folder.relative_to(TESTS).parts
    if not parts or parts[0] in ACROSS:
        return None
    top = ROOT / parts[0]
    return (top if top.is_dir() else ROOT / "services" / parts[0]).joinpath(*parts[1:])


def test_every_folder_of_tests_mirrors_a_room() -> None:
    folders = {path.parent for path in FILES if path.parent.relative_to(ROOT).as_posix() not in WHOLE}
    lost = [str(folder.relative_to(ROOT)) for folder in folders if (room := source_of(folder)) and not room.is_dir()]
    assert lost == [], "these mirror no room: move them beside what they test, or name them in ACROSS"


def test_a_file_named_after_a_module_lies_where_the_module_lies() -> None:
    wrong = {}
    for path in FILES:
        room = source_of(path.parent)
        if room is None:
            continue
        name = path.stem.removeprefix("test_")
        top = ROOT / path.relative_to(TESTS).parts[0]
        whole = top if top.is_dir() else ROOT / "services" / path.relative_to(TESTS).parts[0]
        modules = [found.parent for found in whole.rglob(f"{name}.py")]
        homes = modules + [found.parent for found in whole.rglob(name) if (found / "__init__.py").is_file()]
        if homes and room not in homes and room.name != name:
            wrong[str(path.relative_to(ROOT))] = [str(home.relative_to(ROOT)) for home in homes]
    assert wrong == {}, "a test file has its module's name and lies elsewhere: move it, or name it after what it proves"


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: path.relative_to(TESTS).as_posix())
def test_imports_no_other_rooms_conftest(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        if module and module.startswith("tests.") and module.endswith(".conftest"):
            home = module.removesuffix(".conftest").replace(".", "/")
            assert path.relative_to(ROOT).as_posix().startswith(f"{home}/"), (
                f"move what it needs of {module} to tests/support"
            )
