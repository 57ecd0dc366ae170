"""A copy of a Pulumi project for the CLI to work in.

The CLI writes settings, salts and secrets into the stack's file, and a command that is killed leaves them there: in a
copy it may, and the repository stays as it was. The program itself is not copied: its entry imports it (PYTHONPATH).
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def copy_project(project: Path, stack: str, target: Path) -> Path:
    """Copy what the CLI reads of `project` and its `stack` into `target`, for this user's eyes only; answers `target`.

    A stack's file in `target` is taken over: what the CLI wrote into it is gone.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("Pulumi.yaml", "__main__.py", f"Pulumi.{stack}.yaml"):
        if (project / name).is_file():
            shutil.copyfile(project / name, target / name)
            (target / name).chmod(0o600)
    return target


def program_environment() -> dict[str, str]:
    """Give what the CLI needs in its environment to run a program with this interpreter and this repository."""
    return {"PYTHONPATH": str(ROOT), "PULUMI_PYTHON_CMD": sys.executable, "PATH": _path()}


def _path() -> str:
    """Lead with this interpreter's own folder: the language host looks for `python3` there."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
