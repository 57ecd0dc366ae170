"""How the sandbox starts the embedded AWS."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sandbox.processes.process_spec import ProcessSpec
from sandbox.setup.aws_keys import REGION, AwsKeys

ROOT = Path(__file__).resolve().parents[2]
MOST_CODE = 6
"""Folders of unpacked code, some 11 MB each: three functions, now and before a change."""
# What programs need from the surroundings to run at all. Nothing else is passed on: workers of Lambdas inherit
# the emulator's environment, and the user's keys are none of their business.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")


class EmulatorMissing(Exception):
    """The emulator's environment is not there; the message says how to make it."""


def emulator_python() -> Path:
    """Find the interpreter of the emulator's environment. Raises EmulatorMissing."""
    named = os.environ.get("COURSEMATCH_EMULATOR_PYTHON")
    scripts = Path("Scripts", "python.exe") if sys.platform == "win32" else Path("bin", "python")
    python = Path(named) if named else ROOT / ".nox" / "emulator" / scripts
    if not python.exists() and not python.with_suffix(".exe").exists():
        raise EmulatorMissing(
            f"The AWS emulator has no environment at {python.parent.parent}. `nox -s sandbox` makes it; by hand: "
            "UV_PROJECT_ENVIRONMENT=.nox/emulator uv sync --frozen --only-group emulator"
        )
    return python


def clear_scratch(state: Path, *, keep_deployment: bool = False) -> None:
    """Throw away what an emulator that has ended left under `state`/aws: its workers' folders, and what it knew.

    `keep_deployment`: all but what it had kept of the deployment, if that is whole.
    """
    folder = state.resolve() / "aws"
    whole = (folder / "state" / "kept").is_file()
    shutil.rmtree(folder / "tmp" if keep_deployment and whole else folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True, exist_ok=True)


def forget_old_code(folder: Path) -> None:
    """Keep the unpacked code of the last two deployments: a start compiles nothing that it has compiled before."""
    by_use = sorted(folder.glob("*"), key=lambda code: code.stat().st_mtime, reverse=True)
    for code in by_use[MOST_CODE:]:
        shutil.rmtree(code, ignore_errors=True)


def emulator_command(port: int, state: Path, keys: AwsKeys) -> ProcessSpec:
    """Say how to start the emulator on loopback port `port`, for `keys`, its files under `state`/aws (emptied)."""
    folder = state.resolve() / "aws"
    temporary = folder / "tmp"
    clear_scratch(state)
    code = state.resolve() / "code"
    forget_old_code(code)
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(folder / "state"),
        "SHARED_CODE": str(code),
        "PERSIST_STATE": "1",  # written when asked to (`emulator.py`), read at the start
        "HOME": str(folder),
        "TMPDIR": str(temporary),
        "TEMP": str(temporary),
        "TMP": str(temporary),
        "LOG_LEVEL": "WARNING",
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
        "LAMBDA_WARM_TTL_SECONDS": "15",  # what a burst started ends soon after it; one worker a function stays
        # Listeners that nothing here uses; and no look for containers: those that it would remove are the user's.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        # In the environment, which only this user can read, and not in the arguments. Functions inherit them.
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
    }
    script = Path(__file__).with_name("emulator.py")
    return ProcessSpec(
        name="aws",
        argv=(str(emulator_python()), str(script), "--port", str(port)),
        env=environment,
        cwd=folder,
        health_url=f"http://127.0.0.1:{port}/_ministack/health",
    )
