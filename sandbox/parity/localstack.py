"""LocalStack in host mode: an environment of its own, a home of its own, on loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.parity.interpreter import NAMED, InterpreterMissing, find_interpreter
from sandbox.setup.loopback_http import answers_within

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".nox" / "localstack"
REQUIREMENTS = HERE / "requirements.txt"
PLUGIN = HERE / "localstack_plugin"
START_SECONDS = 120


INSTALL_PYTHON = f"install Python 3.13, or name one by {NAMED}"


class LocalStackUnavailable(Exception):
    """LocalStack cannot run here; the message says what is missing, and `to_run` what would mend it."""

    def __init__(self, reason: str, to_run: str) -> None:
        super().__init__(reason)
        self.to_run = to_run


def environment() -> Path:
    """Find the interpreter of LocalStack's environment, made on first use. Raises LocalStackUnavailable."""
    if sys.platform == "win32":
        raise LocalStackUnavailable("LocalStack's host mode needs Linux or macOS", "use one of them")
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / "requirements.installed"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    try:
        interpreter = find_interpreter(os.environ, Path.home())
    except InterpreterMissing as missing:
        raise LocalStackUnavailable(f"LocalStack 4.14 needs Python 3.13, and {missing}", INSTALL_PYTHON) from None
    _uv("venv", "--clear", "--python", interpreter, str(ENVIRONMENT))
    _uv("pip", "install", "--python", str(python), "--require-hashes", "--requirements", str(REQUIREMENTS))
    stamp.write_text(wanted, encoding="utf-8")
    return python


class LocalStackFailed(Exception):
    """LocalStack was installed and did not start; the message has its last words."""


@contextmanager
def running(port: int, home: Path) -> Iterator[str]:
    """Run LocalStack on loopback `port` with all its files under `home`; gives its endpoint, and ends it afterwards."""
    python = environment()
    home.mkdir(parents=True, exist_ok=True)
    settings = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(PLUGIN),
        "GATEWAY_SERVER": "hypercorn",  # its default server ignores the host and listens everywhere
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "DNS_ADDRESS": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "LS_LOG": "warn",
    }
    endpoint = f"http://127.0.0.1:{port}"
    with (home / "localstack.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - LocalStack in its own environment
            [str(python), "-m", "localstack.runtime.main"],
            env=settings, cwd=home, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        if not answers_within(START_SECONDS, f"{endpoint}/_localstack/health", lambda: process.poll() is None):
            said = (home / "localstack.log").read_text(errors="replace")[-2000:]
            raise LocalStackFailed(f"LocalStack did not start:\n{said}")
        yield endpoint
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _uv(*arguments: str) -> str:
    search = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    program = shutil.which("uv", path=search)
    if program is None:
        raise LocalStackUnavailable("uv is missing", "install the `sandbox` dependency group")
    done = subprocess.run(  # noqa: S603 - the program is uv, the arguments are ours
        [program, *arguments], env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.strip()[-1500:]
        raise LocalStackUnavailable(
            f"`uv {arguments[0]} {arguments[1]}` failed: {said}", "let it reach a package index once"
        )
    return done.stdout
