"""The sync as a process of its own, as a CronJob or a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECRETS = {"ALGOLIA_ADMIN_KEY": "admin-key-not-to-be-shown", "LMS_CLIENT_SECRET": "lms-secret-not-to-be-shown"}


def start(environment: Mapping[str, str], temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a run. Its lock lies in the temporary folder: one folder, one machine.

    With COURSEMATCH_SYNC_IMAGE (`nox -s images` sets it) the run is a container of that image instead of a process.
    """
    temporary.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALGOLIA", "LMS", "SYNC"))}
    command = [sys.executable, "-m", "services.catalog_sync"]
    if image := os.environ.get("COURSEMATCH_SYNC_IMAGE"):
        told = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        folder = ["--volume", f"{temporary}:{temporary}", "--env", f"TMPDIR={temporary}"]
        user = f"{os.getuid()}:{os.getgid()}"
        locked = ["--read-only", "--cap-drop", "ALL", "--user", user, "--network", "host"]
        command = [os.environ["COURSEMATCH_ENGINE"], "run", "--rm", *locked, *folder, *told, image, *command[1:]]
        command.insert(command.index(image) + 1, "python")
    return subprocess.Popen(  # noqa: S603  our own module
        [*command, *arguments],
        cwd=ROOT,
        env={**kept, "TMPDIR": str(temporary), "TEMP": str(temporary), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    """Wait for a run; answers its exit code, its report and its log."""
    out, log = process.communicate(timeout=60)
    assert not any(secret in out + log for secret in SECRETS.values())
    (line,) = out.splitlines()
    return process.returncode, json.loads(line), log
