"""A dependency group's locked wheels, for the Lambda runtime yet importable anywhere."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

PLATFORM = "x86_64-manylinux_2_28"
RUNTIME_PYTHON = "3.13"
COMPILED = (".so", ".pyd", ".dylib", ".dll")
# Compiled files with a pure Python equivalent that the package falls back to by itself: left out, so that
# one zip runs on every interpreter. Anything else compiled is refused.
OPTIONAL_SPEEDUPS = {"markupsafe"}
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "bin"}
LEFT_OUT_FILES = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "top_level.txt", ".lock"}
# The last: time zones by name, 150 kB; pg8000 reads offsets only, with dateutil's parser.
LEFT_OUT_SUFFIXES = (".pyc", ".pyi", ".c", ".h", "dateutil-zoneinfo.tar.gz")


class PackagingFailed(Exception):
    """A zip cannot be built; the message says what to do."""


def locked_requirements(room: str, root: Path) -> str:
    """Give the group of `room` as pinned requirements with hashes, straight from `uv.lock` (needs no network)."""
    return _exported(room, root, (root / "pyproject.toml").read_bytes(), (root / "uv.lock").read_bytes())


@lru_cache(maxsize=8)
def _exported(room: str, root: Path, *_: bytes) -> str:
    """Ask uv, once for what the two files say: a process that watches builds again and again."""
    return _uv(
        "export", "--frozen", "--only-group", room, "--no-header", "--no-annotate", "--no-emit-project",
        "--directory", str(root), "--quiet",
    )  # fmt: skip


def installed(requirements: str, cache: Path) -> Path:
    """Give the folder that holds `requirements`, installed for the Lambda runtime with hashes checked.

    Made once for each distinct text (then no network is needed), and complete or absent, never half there.
    """
    folder = cache / hashlib.sha256(requirements.encode()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    partial = cache / f"{folder.name}.partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    listing = partial.with_suffix(".txt")
    listing.write_text(requirements)
    try:
        _uv(
            "pip", "install", "--quiet", "--target", str(partial), "--requirements", str(listing),
            "--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy",
            "--python", sys.executable, "--python-platform", PLATFORM, "--python-version", RUNTIME_PYTHON,
        )  # fmt: skip
        try:
            partial.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another run finished first, with the same
                raise
    finally:
        listing.unlink(missing_ok=True)
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def files(folder: Path) -> dict[str, Path]:
    """List an installed folder's files that belong in a zip, by name. Raises PackagingFailed on other compiled code."""
    found: dict[str, Path] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if not path.is_file() or LEFT_OUT_FOLDERS & set(name.parts[:-1]) or name.name.endswith(LEFT_OUT_SUFFIXES):
            continue
        if name.name in LEFT_OUT_FILES and (len(name.parts) == 1 or name.parts[0].endswith(".dist-info")):
            continue
        if name.name.endswith(COMPILED):
            if name.parts[0] in OPTIONAL_SPEEDUPS:
                continue
            raise PackagingFailed(
                f"{name} is compiled, so the zip would only run on {PLATFORM} and Python {RUNTIME_PYTHON}: "
                "choose a pure Python package"
            )
        found[name.as_posix()] = path
    return found


def _uv(*arguments: str) -> str:
    search = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    program = shutil.which("uv", path=search)
    if program is None:
        raise PackagingFailed("uv is missing: install the `sandbox` dependency group, or `python3 -m pip install uv`")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    environment.pop("VIRTUAL_ENV", None)  # uv would warn that it is not the project's
    done = subprocess.run(  # noqa: S603 - the program is uv, the arguments are ours
        [program, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        raise PackagingFailed(f"`uv {arguments[0]}` failed:\n{done.stderr.strip()}")
    return done.stdout
