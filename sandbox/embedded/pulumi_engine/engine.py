"""The embedded engine: runs the Pulumi program without the Pulumi CLI, and really creates what it declares.

It drives the SDK's `pulumi.runtime.set_mocks` seam with a "mock" that creates AWS resources in the emulator and hands
Kubernetes objects back as manifests. The deployment is as short-lived as the emulator: no state, no diff, no destroy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 120


class DeploymentFailed(Exception):
    """The system could not be deployed; the message says why, and nothing of it is in use."""


@dataclass(frozen=True)
class Secret:
    """A configuration value that is never shown."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class Deployment:
    """What was deployed: the program's outputs, and its Kubernetes objects in the order they were declared."""

    outputs: dict[str, str]
    manifests: list[dict[str, Any]] = field(repr=False)
    """Secrets among them are in the clear: not to be written or logged."""


def deploy(config: Mapping[str, str | Secret], aws_endpoint: str) -> Deployment:
    """Run the program against the emulator at `aws_endpoint` (waited for, up to 20 s).

    `config` holds the stack's settings by name, without `coursematch:` (docs/interfaces.md lists them). Runs in a
    process of its own, so it can be called again. Raises DeploymentFailed.
    """
    request = {
        "endpoint": aws_endpoint,
        "config": {key: value.value if isinstance(value, Secret) else value for key, value in config.items()},
        "secrets": [key for key, value in config.items() if isinstance(value, Secret)],
    }
    # The user's AWS settings must neither reach the emulator nor lead anywhere else.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    environment |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONUTF8": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without its cache the Pulumi SDK takes five seconds longer
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sandbox.embedded.pulumi_engine.engine_process"],
            input=json.dumps(request),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DeploymentFailed(f"the deployment did not finish within {SECONDS} s") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise DeploymentFailed(f"the engine stopped: {done.stderr.strip()[-2000:]}") from None
    if "refused" in answer:
        raise DeploymentFailed(answer["refused"])
    return Deployment(answer["outputs"], answer["manifests"])
