"""What of the repository a learner gets: all that runs and teaches, no solutions, commands as the kit has them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LEFT_OUT = (
    "lessons/solutions/", "notebooks/solutions/", "tests/", "chaos/", "benchmarks/", "kit/", "documentation/",
    "distribution/", "evaluation/", ".ci/", ".buildkite/", ".devcontainer/", ".pre-commit-config.yaml",
    ".dockerignore", ".git",
)  # fmt: skip
"""Solutions, and what nobody runs who learns. The starts of these paths."""
REWRITTEN = ("lessons/", "README.md", "sandbox/", "docs/", "services/")
COMMAND = re.compile(r"nox -s (sandbox|lesson)\b(?: --)?")


def files(root: Path) -> Iterator[str]:
    """Name the files of the repository that belong in a kit."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=True)  # noqa: S603 - constants
    for name in sorted(set(done.stdout.split("\0"))):
        if name and not name.startswith(LEFT_OUT) and (root / name).is_file():
            yield name


def content(root: Path, name: str) -> bytes:
    """Give a file as the kit has it."""
    found = (root / name).read_bytes()
    if name.startswith(REWRITTEN) and (name.endswith(".md") or name.startswith("lessons/")):
        return as_in_the_kit(found.decode()).encode()
    return found


def as_in_the_kit(text: str) -> str:
    """Write commands as they are typed where the kit is: there is no nox."""
    return COMMAND.sub(r"python course.py \1", text)
