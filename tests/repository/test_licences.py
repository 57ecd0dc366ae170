"""The licences of everything in the lock, group by group, as the installed packages tell them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOR_USERS = (
    "coursematch", "enrollments", "advisor", "catalog-sync", "recommendation-model", "lms", "mock-algolia", "semantic",
    "infra", "policy", "sandbox", "evaluate", "bench", "notebooks", "docs", "lint", "emulator",
)  # fmt: skip
"""What somebody gets who deploys, runs, measures or learns."""
FOR_DEVELOPERS = ("test", "typing", "dev")
PERMISSIVE = {
    "MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0", "Zlib",
    "ZPL-2.1", "CC0-1.0", "MPL-2.0", "LLVM-exception",
}  # fmt: skip
"""MPL binds changes to its own files only, which we make none of."""
WRITTEN = {
    "MIT License": "MIT", "BSD License": "BSD", "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache": "Apache-2.0",
    "ISC License (ISCL)": "ISC", "Python Software Foundation License": "PSF-2.0", "Zope Public License": "ZPL-2.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}  # fmt: skip
"""How classifiers and free texts name a licence, as SPDX does."""
EXCEPTIONS = {
    "axe-playwright-python": "MIT by its licence file, axe-core inside it MPL-2.0; its metadata tells none",
    "edx-api-client": "AGPL: a client that tests of the LMS point at us, in no environment that a user gets",
    "buildkite-sdk": "tells no licence in its metadata; only tests of the pipeline use it",
}
ELSEWHERE = {"colorama", "httpx2-jsfetch", "pywin32", "pywinpty", "appnope"}
"""Installed on other systems only: their licences cannot be read here."""
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
PACKAGES: dict[str, dict[str, Any]] = {package["name"]: package for package in LOCK["package"]}


def members(group: str) -> set[str]:
    """Name the packages of a group and all that they need."""
    (project,) = [package for package in LOCK["package"] if "virtual" in package["source"]]
    left = [_needed(one) for one in project["dev-dependencies"][group]]
    found: set[tuple[str, tuple[str, ...]]] = set()
    while left:
        one = left.pop()
        if one in found:
            continue
        found.add(one)
        package = PACKAGES[one[0]]
        optional = package.get("optional-dependencies", {})
        needs = [*package.get("dependencies", []), *(need for extra in one[1] for need in optional.get(extra, []))]
        left += [_needed(need) for need in needs]
    return {name for name, _ in found}


def _needed(entry: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    return entry["name"], tuple(entry.get("extra", ()))


def licences(told: Iterable[str]) -> set[str]:
    """Take expressions, classifiers or free words apart into SPDX names. Of `A OR B` each must be allowed."""
    whole = [WRITTEN.get(one.strip(), one.strip()) for one in told]
    return {WRITTEN.get(part, part) for one in whole for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", one) if part}


def told_by(name: str) -> list[str] | None:
    """Read how an installed package tells its licence; None where it is not installed."""
    try:
        read = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if read["License-Expression"]:
        return [read["License-Expression"]]
    classified = [one.split(" :: ")[-1] for one in read.get_all("Classifier") or [] if one.startswith("License :: ")]
    return [one for one in classified if one != "OSI Approved"] or [(read["License"] or "none told").splitlines()[0]]


@pytest.mark.parametrize("group", [*FOR_USERS, *FOR_DEVELOPERS])
def test_every_package_of_a_group_has_a_licence_that_is_allowed_there(group: str) -> None:
    strange, unread = {}, set()
    for name in members(group):
        told = told_by(name) if group != "emulator" else None
        if told is None:
            unread.add(name)
        elif not licences(told) <= PERMISSIVE and not (group in FOR_DEVELOPERS and name in EXCEPTIONS):
            strange[name] = told
    assert strange == {}, "a licence that is not on the list: choose another package, or say why it may be"
    if members(group) <= members("test"):  # `nox -s audit` installs, and reads, the other groups too
        assert unread <= ELSEWHERE


def test_the_emulators_packages_have_allowed_licences() -> None:
    python = os.environ.get("COURSEMATCH_EMULATOR_PYTHON")
    if not python:
        pytest.skip("COURSEMATCH_EMULATOR_PYTHON names the emulator's environment; `nox -s tests` sets it")
    script = (
        "import importlib.metadata as m, json\n"
        "read = {d.metadata['Name'].lower(): d.metadata for d in m.distributions()}\n"
        "print(json.dumps({n: [r['License-Expression'] or r['License'] or '', *(r.get_all('Classifier') or [])]"
        " for n, r in read.items()}))"
    )
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  our own interpreter
    read: dict[str, list[str]] = json.loads(done.stdout)
    for name in members("emulator"):
        expression, *classifiers = read.get(name, ["", ""])
        classified = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License :: ")]
        told = [one for one in classified if one != "OSI Approved"] or [
            expression.splitlines()[0] if expression else ""
        ]
        assert name not in read or licences(told) <= PERMISSIVE, (name, told)


def test_every_group_is_checked() -> None:
    (project,) = [package for package in LOCK["package"] if "virtual" in package["source"]]
    assert {*FOR_USERS, *FOR_DEVELOPERS} == set(project["dev-dependencies"])


def test_no_user_gets_what_only_developers_may() -> None:
    assert {name for group in FOR_USERS for name in members(group)} & set(EXCEPTIONS) == set()
