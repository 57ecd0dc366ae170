"""The state folder: what the sandbox keeps between runs, and how it tells its own folder from anybody else's.

Layout (docs/formats.md): `sandbox.json` marks the folder as ours and says its version, `secrets.json` (0600),
`endpoints.json`, `sandbox.pid` (0600), `postgres/`, `algolia/`, `code/` (the Lambdas', unpacked), `inputs/` (copies of
--catalog and --enrollments), `logs/`, `aws/` and `run/` (thrown away at every start). Every file is written whole: to a
neighbour, then renamed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.setup.problem import SandboxProblem

ROOT = Path(__file__).resolve().parents[2]
"""The repository: working directory of every process, so that `python -m services.…` finds the rooms."""

STATE_VERSION = 1
MARKER = "sandbox.json"
KIND = "coursematch-sandbox"
FREE_BYTES = 300 * 1024 * 1024
"""An empty cluster takes 45 MB, its first write-ahead segments 32 MB, the emulator unpacks the zips twice: with less
than this the start would end half-way."""

NO_SPACE = {
    28: "The disk is full",
    122: "The disk quota is used up",
    27: "A file may grow no further (`ulimit -f`)",
}
"""What keeps a file from being written, by number: Windows' errno module does not name all of them."""
REPLACE_TRIES, REPLACE_EVERY = 40, 0.05
_FOLDERS = ("postgres", "algolia", "algolia.aside", "aws", "code", "inputs", "logs", "run")
_FILES = ("sandbox.json", "secrets.json", "endpoints.json", "sandbox.pid", "sandbox.lock")

_OURS = (
    "secrets.json", "endpoints.json", "sandbox.pid", "sandbox.lock",
    "postgres", "postgres.new", "algolia", "algolia.aside", "aws", "code", "inputs", "inputs.new", "logs", "run",
    "docker.json", "pulumi",
)  # fmt: skip


class NotASandbox(SandboxProblem):
    """The folder holds something else; the sandbox neither starts in it nor empties it."""


class UnsupportedState(SandboxProblem):
    """The folder was written by another version of the sandbox."""


class DiskFull(SandboxProblem):
    """The disk has no room for a start."""


class State:
    """One state folder. Constructing it touches nothing; `claim` makes it ours, `check` only looks."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root.expanduser()))  # not resolve(): a symlinked state keeps its name
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.inputs = self.root / "inputs"
        self.postgres = self.root / "postgres"
        self.secrets_file = self.root / "secrets.json"
        self.endpoints_file = self.root / "endpoints.json"
        self.pid_file = self.root / "sandbox.pid"
        self.aws_config = self.run / "aws-config"
        self.lock_file = self.root / "sandbox.lock"
        self._marker = self.root / MARKER

    @property
    def exists(self) -> bool:
        """True for a folder that carries our marker."""
        return self._marker.is_file()

    def check(self) -> None:
        """Raise `NotASandbox` or `UnsupportedState` unless this folder is ours, empty, or not there yet."""
        if self.root.exists() and not self.root.is_dir():
            raise NotASandbox(f"{self.root} is a file, not a folder.", "Choose another folder with --state DIR.")
        if not self.root.exists():
            return
        self._check_kinds()
        if not self.exists:
            strangers = sorted(entry.name for entry in self.root.iterdir() if entry.name not in _OURS)
            if strangers:
                some = ", ".join(strangers[:3]) + (", …" if len(strangers) > 3 else "")
                raise NotASandbox(
                    f"{self.root} is not a sandbox's state: it has no {MARKER}, and holds {some}.",
                    "Nothing was touched. Choose an empty or new folder with --state DIR.",
                )
            return
        version = self._read_marker().get("version")
        if version != STATE_VERSION:
            raise UnsupportedState(
                f"{self.root} was written by another sandbox (version {version}, this one writes {STATE_VERSION}).",
                "Nothing was touched. Start in a new folder (--state DIR), or give this one up with "
                f"`python -m sandbox reset --state {self.root}`.",
            )

    def _check_kinds(self) -> None:
        """Raise `NotASandbox` where a file stands in a folder's place, or a folder in a file's."""
        wrong = [(name, "file", "folder") for name in _FOLDERS if (self.root / name).is_file()]
        wrong += [(name, "folder", "file") for name in _FILES if (self.root / name).is_dir()]
        for name, found, wanted in wrong:
            raise NotASandbox(
                f"{self.root / name} is a {found}; the sandbox keeps a {wanted} of that name there.",
                "Nothing was touched. Move it away, or choose another folder with --state DIR.",
            )

    def claim(self) -> None:
        """Make the folder, mark it as ours, make what every start needs. Raises like `check`, or `DiskFull`."""
        self.check()
        parent = next(folder for folder in (self.root, *self.root.parents) if folder.is_dir())
        free = shutil.disk_usage(parent).free
        if free < FREE_BYTES:
            raise DiskFull(
                f"The disk of {self.root} has {free // 2**20} MB free; a start needs {FREE_BYTES // 2**20} MB.",
                "Nothing was started and nothing was lost. Free some space, or choose another disk with --state DIR.",
            )
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            if not self.exists:
                self._write_marker({"kind": KIND, "version": STATE_VERSION, "made": []})
            for folder in (self.run, self.root / "aws"):
                shutil.rmtree(folder, ignore_errors=True)
            for folder in (self.logs, self.run):
                folder.mkdir(exist_ok=True)
            self._close_to_others()
            self.run.chmod(0o711)  # as root, the database's own user reads a file of its own in it
        except PermissionError as error:
            raise NotASandbox(
                f"{self.root} cannot be written ({error.strerror}: {error.filename}).",
                "Choose another with --state DIR.",
            ) from error

    def _close_to_others(self) -> None:
        """Take from everybody else what an earlier start, or a user's umask, left open; the database is closed anyway.

        The folder itself keeps an x bit, if it has one: as root, the database's own user passes through it.
        """
        self.root.chmod(self.root.stat().st_mode & 0o711)
        for entry in self.root.iterdir():
            if entry == self.postgres or entry.is_symlink():
                continue
            for path in (entry, *(entry.rglob("*") if entry.is_dir() else ())):
                if not path.is_symlink():
                    path.chmod(0o700 if path.is_dir() else 0o600)

    def volume(self, name: str) -> Path:
        """Give the folder of a persistent volume claim, made and remembered, so that `reset` empties it too."""
        marker = self._read_marker()
        if name not in marker["made"]:
            self._write_marker({**marker, "made": sorted([*marker["made"], name])})
        folder = self.root / name
        folder.mkdir(exist_ok=True)
        return folder

    def set_index_aside(self) -> Path | None:
        """Move the index out of the way, in place of one that was moved earlier; None where there is no index."""
        index, aside = self.root / "algolia", self.root / "algolia.aside"
        if not index.is_dir():
            return None
        shutil.rmtree(aside, ignore_errors=True)
        return index.rename(aside)

    def empty(self, keep: tuple[str, ...] = ()) -> list[str]:
        """Remove what the sandbox made, and nothing else; gives the names that were left: not ours, or in `keep`.

        Raises `NotASandbox` for a folder without our marker, which goes last: a `reset` cut short can be repeated.
        """
        if not self.root.exists():
            return []
        if not self.exists:
            raise NotASandbox(
                f"{self.root} is not a sandbox's state: it has no {MARKER}.",
                "Nothing was touched; name another with --state.",
            )
        made = self._read_marker().get("made", [])
        for name in {*_OURS, *made} - {*keep}:
            path = self.root / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self._marker.unlink()
        left = sorted(entry.name for entry in self.root.iterdir())
        if not left:
            self.root.rmdir()
        return left

    def _read_marker(self) -> dict[str, Any]:
        marker = read_json(self._marker)
        if marker is None or marker.get("kind") != KIND:
            raise NotASandbox(
                f"{self._marker} is not readable as a sandbox's marker.",
                "Nothing was touched. Choose another folder with --state DIR, or restore the file: "
                f'{{"kind": "{KIND}", "version": {STATE_VERSION}, "made": []}}',
            )
        marker.setdefault("made", [])
        return marker

    def _write_marker(self, marker: Mapping[str, Any]) -> None:
        write_json(self._marker, marker)


def read_json(path: Path) -> dict[str, Any] | None:
    """Read one JSON object; None when the file is missing, cut short, or something else."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_json(path: Path, value: Mapping[str, Any], mode: int = 0o600) -> None:
    """Write one JSON object whole or not at all; `mode` holds from the first byte."""
    write_whole(path, json.dumps(value, indent=2).encode() + b"\n", mode)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all. Raises `DiskFull` when there is no room; the old file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        _put_in_place(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in NO_SPACE:
            raise DiskFull(
                f"{NO_SPACE[error.errno]}: {path} was not written; what was there before is untouched.",
                "Make room and start again.",
            ) from error
        raise


def _put_in_place(draft: Path, path: Path) -> None:
    """Rename a draft over a file. Windows refuses while somebody reads the old one, which takes a moment."""
    for _ in range(REPLACE_TRIES if sys.platform == "win32" else 0):
        try:
            draft.replace(path)
        except PermissionError:
            time.sleep(REPLACE_EVERY)
        else:
            return
    draft.replace(path)
