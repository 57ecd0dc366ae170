"""The source tree of the distribution: the room `services/mock_algolia` under a name of its own, and its metadata."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
ROOM = ROOT / "services" / "mock_algolia"
PACKAGE = "mock_algolia"
_IMPORTED_AS = re.compile(r"\bservices\.mock_algolia\b")
_MAIN = f'''"""`python -m {PACKAGE}`: the same as the command `mock-algolia`."""

import sys

from {PACKAGE}.command import main

sys.exit(main())
'''
OF_THE_REPOSITORY = {"opentelemetry-api"}
"""What the room needs only as a part of this repository: `__main__.py`, which the distribution replaces."""


class ForeignImport(Exception):
    """Stop the build: the room imports another room of this repository, which nobody else has."""


def lay_out(folder: Path, version: str) -> None:
    """Write the source tree into a new folder. Raises ForeignImport."""
    package = folder / "src" / PACKAGE
    shutil.copytree(ROOM, package, ignore=shutil.ignore_patterns("__pycache__", "*.md", "__main__.py"))
    for path in package.rglob("*.py"):
        text = _IMPORTED_AS.sub(PACKAGE, path.read_text("utf-8"))
        if found := re.search(r"^\s*(?:from|import) services\b.*", text, re.MULTILINE):
            raise ForeignImport(f"{path.relative_to(package)}: {found.group().strip()}")
        path.write_text(text, encoding="utf-8")
    (package / "__main__.py").write_text(_MAIN, encoding="utf-8")
    for source in (HERE / "README.md", ROOT / "LICENSE"):
        shutil.copy(source, folder / source.name)
    (folder / "pyproject.toml").write_text(_metadata(version), encoding="utf-8")


def requirements() -> tuple[list[str], list[str]]:
    """Give what the package needs, and what its extra `semantic` adds: the groups that the repository itself locks."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    needed = [one for one in groups["mock-algolia"] if re.split(r"[><=~]", one)[0] not in OF_THE_REPOSITORY]
    return needed, [one for one in groups["semantic"] if isinstance(one, str)]


def _metadata(version: str) -> str:
    needed, semantic = requirements()
    template = (HERE / "pyproject.template.toml").read_text("utf-8")
    return template.format(version=version, dependencies=_array(needed), semantic=_array(semantic))


def _array(values: list[str]) -> str:
    return "[\n" + "".join(f'    "{value}",\n' for value in values) + "]"
