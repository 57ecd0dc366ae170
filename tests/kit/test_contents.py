"""A learner's kit has everything that runs and teaches, and nobody's solutions."""

from __future__ import annotations

from kit.contents import as_in_the_kit, content, files
from tests.support.sandbox_command import ROOT

NAMES = list(files(ROOT))


def test_leaves_solutions_and_tests_out() -> None:
    assert not [name for name in NAMES if "solution" in name or name.startswith("tests/") or "held_back" in name]


def test_has_what_a_sandbox_and_a_lesson_need() -> None:
    assert {"uv.lock", "pyproject.toml", "openapi.yaml", "sandbox/__main__.py", "lessons/01_one_request/lesson.md",
            "lessons/__main__.py", "notebooks/connect.py", "fixtures/queries.tsv"} <= set(NAMES)  # fmt: skip
    assert any(name.startswith("services/advisor/dialogue/") and name.endswith(".bin") for name in NAMES)


def test_has_each_file_that_the_repository_has_but_for_commands() -> None:
    changed = [name for name in NAMES if content(ROOT, name) != (ROOT / name).read_bytes()]
    assert all(name.endswith(".md") or name.startswith("lessons/") for name in changed)


def test_names_commands_as_they_are_typed_there() -> None:
    assert as_in_the_kit("`nox -s lesson -- start 1` or nox -s sandbox -- up") == (
        "`python course.py lesson start 1` or python course.py sandbox up"
    )
    for name in NAMES:
        if name.startswith("lessons/"):
            assert b"nox -s lesson" not in content(ROOT, name), name
