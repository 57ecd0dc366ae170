"""`python -m sandbox.engine.deploying STATE`: deploys a sandbox by the real engine for whoever asks on its stdin.

It answers as `sandbox.embedded.pulumi_engine` does, in whose place `up --engine pulumi` starts it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from infra_pulumi.program_worker import serve
from sandbox.engine.sandbox_stack import SandboxStack
from sandbox.setup.state import State


def deploy(state: State, asked: dict[str, Any]) -> dict[str, Any]:
    """Deploy once; answers the outputs, and the manifests in the order that a cluster would need."""
    return SandboxStack(state).deploy(asked["values"] | {"awsEndpoint": asked["aws_endpoint"]})


if __name__ == "__main__":
    serve(lambda asked: deploy(State(Path(sys.argv[1])), asked))
