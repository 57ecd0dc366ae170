"""What the lock says of a group's packages for one system: which of them, in which wheel. Asks no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.utils import parse_wheel_filename

from kit.platforms import Platform

GROUPS = ("sandbox", "emulator")
"""Each is an environment of its own (pyproject.toml says why)."""


class NotLocked(Exception):
    """The lock has no wheel for a system; the message names what is missing."""


@dataclass(frozen=True)
class Wanted:
    """One package for one system. `file` is the wheel's name; empty where the lock has only sources of plain Python."""

    name: str
    version: str
    file: str
    sha256: str
    size: int

    @property
    def requirement(self) -> str:
        """Give it as pip reads it."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def locked(root: Path, group: str) -> list[dict[str, Any]]:
    """Read a group's packages from `uv.lock`, as PEP 751 writes them."""
    uv = shutil.which("uv", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
    argv = [uv or "uv", "export", "--frozen", "--only-group", group, "--format", "pylock.toml", "--quiet"]
    done = subprocess.run([*argv, "--directory", str(root)], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    packages: list[dict[str, Any]] = tomllib.loads(done.stdout)["packages"]
    return packages


def wanted(packages: Iterable[dict[str, Any]], platform: Platform, python: str) -> list[Wanted]:
    """Choose each package's smallest wheel that runs on a system. Raises `NotLocked`."""
    tags, values = platform.tags(python), platform.marker_values(python)
    chosen, missing = [], []
    for package in packages:
        if "marker" in package and not Marker(package["marker"]).evaluate(values):
            continue
        fitting = [wheel for wheel in _files(package.get("wheels", ())) if runs(wheel[0], tags)]
        if fitting:
            name, sha256, size = min(fitting, key=lambda wheel: wheel[2])
            chosen.append(Wanted(package["name"], package["version"], name, sha256, size))
        elif package.get("wheels"):
            missing.append(f"{package['name']} {package['version']}")
        else:
            ((_, sha256, size),) = _files([package["sdist"]])
            chosen.append(Wanted(package["name"], package["version"], "", sha256, size))
    if missing:
        raise NotLocked(f"{platform.name}, Python {python}: the lock has no wheel of {', '.join(missing)}.")
    return chosen


def runs(wheel: str, tags: frozenset[str]) -> bool:
    """Tell whether a wheel has one of these tags in its name."""
    return any(str(tag) in tags for tag in parse_wheel_filename(wheel)[3])


def _files(entries: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
    for entry in entries:
        yield unquote(urlsplit(entry["url"]).path.rpartition("/")[2]), entry["hashes"]["sha256"], entry.get("size", 0)
