"""Get the locked wheels of a system with pip, into a folder that keeps them for the next kit."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kit.locked import Wanted
from kit.platforms import Platform

SECONDS = 1800


class NotFetched(Exception):
    """A wheel could not be had; the message is pip's."""


def fetch(packages: Iterable[Wanted], platform: Platform, python: str, folder: Path) -> list[Wanted]:
    """Have every wheel in `folder`, its hash checked; gives the packages as they lie there. Raises `NotFetched`."""
    folder.mkdir(parents=True, exist_ok=True)
    packages = list(packages)
    missing = [one for one in packages if one.file and not has(folder, one)]
    if missing:
        with tempfile.TemporaryDirectory() as place:
            listing = Path(place) / "requirements.txt"
            listing.write_text("\n".join(one.requirement for one in missing) + "\n", encoding="utf-8")
            places = [part for name in platform.wheel_platforms for part in ("--platform", name)]
            abis = [part for abi in (f"cp{python.replace('.', '')}", "abi3", "none") for part in ("--abi", abi)]
            _pip(
                "download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--implementation", "cp",
                "--python-version", python, *places, *abis, "--dest", str(folder), "--requirement", str(listing),
            )  # fmt: skip
    absent = [one.file for one in missing if not has(folder, one)]
    if absent:
        raise NotFetched(f"pip brought other wheels than the lock names: {', '.join(absent)}")
    return [one if one.file else _built(one, folder) for one in packages]


def has(folder: Path, wheel: Wanted) -> bool:
    """Tell whether the wheel is there, whole."""
    path = folder / wheel.file
    return path.is_file() and _sha256(path) == wheel.sha256


def _built(package: Wanted, folder: Path) -> Wanted:
    """Give the wheel of a package that publishes only sources: of plain Python, built once. Raises `NotFetched`."""
    pattern = f"{package.name.replace('-', '_')}-{package.version}-*-none-any.whl"
    if not any(folder.glob(pattern)):
        with tempfile.TemporaryDirectory() as place:
            listing = Path(place) / "requirements.txt"
            listing.write_text(package.requirement + "\n", encoding="utf-8")
            _pip("wheel", "--no-deps", "--require-hashes", "--wheel-dir", str(folder), "--requirement", str(listing))
    found = next(iter(folder.glob(pattern)), None)
    if found is None:
        raise NotFetched(f"{package.name} has no wheel, and what it builds does not run everywhere.")
    return Wanted(package.name, package.version, found.name, _sha256(found), found.stat().st_size)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pip(*arguments: str) -> None:
    argv = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - pip, our arguments
    if done.returncode:
        raise NotFetched(f"`pip {arguments[0]}` failed:\n{done.stderr.strip()}")
