"""`python -m infra_pulumi.deploy --stack aws-prod --image-tag T [--preview]`: deploy the system with the Pulumi CLI.

Refuses, before anything is changed, a stack whose file names no account, and one whose workloads would be deleted on
their way to Argo CD. docs/aws.md has the steps before this one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra_pulumi.checkout.version import add_version
from infra_pulumi.project_copy import copy_project, program_environment
from infra_pulumi.stack_config import stack_settings

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "infra_pulumi" / "coursematch"


def refusal(stack: str, folder: Path = PROJECT) -> str | None:
    """Say why `stack` must not be deployed, naming the key and the file; None when it may."""
    file = folder / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        return f"there is no infra_pulumi/coursematch/{file.name}: copy Pulumi.aws.yaml (docs/aws.md)"
    settings = stack_settings(folder, stack)
    if settings.get("coursematch:substrate") != "aws":
        return f"coursematch:substrate in {file.name} is not aws: the sandbox deploys the other substrates"
    if not re.fullmatch(r"\d{12}", settings.get("coursematch:awsAccountId", "")):
        return f"coursematch:awsAccountId in {file.name} is missing: `pulumi config set awsAccountId …` (12 digits)"
    return None


def main(argv: list[str] | None = None) -> int:
    """Deploy, or preview; the CLI's own exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra_pulumi.deploy", description=__doc__)
    add_version(parser)
    parser.add_argument("--stack", required=True, help="a stack on AWS: `aws-NAME`")
    parser.add_argument("--image-tag", required=True, help="the build to run; never `latest`")
    parser.add_argument("--preview", action="store_true", help="only show what would change")
    options = parser.parse_args(argv)
    if reason := refusal(options.stack, PROJECT):
        print(f"Refused: {reason}", file=sys.stderr)
        return 2
    program = shutil.which("pulumi")
    if program is None:
        print("The Pulumi CLI is not installed: https://www.pulumi.com/docs/iac/download-install/", file=sys.stderr)
        return 1
    verb = ["preview"] if options.preview else ["up", "--yes", "--skip-preview"]
    command = [program, *verb, "--stack", options.stack, "--config", f"coursematch:imageTag={options.image_tag}"]
    command += ["--policy-pack", str(ROOT / "infra_pulumi" / "policies")]
    with tempfile.TemporaryDirectory(prefix="coursematch-deploy-") as folder:
        copy_project(PROJECT, options.stack, Path(folder))  # `--config` is written into the stack's file
        environment = {**os.environ, **program_environment()}
        if stack_settings(PROJECT, options.stack).get("coursematch:workloads") == "argocd":
            export = [program, "stack", "export", "--stack", options.stack]
            known = subprocess.run(  # noqa: S603 - the Pulumi CLI
                export, cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            if known.returncode == 0 and (reason := would_delete(json.loads(known.stdout or "{}"))):
                print(f"Refused: {reason}", file=sys.stderr)
                return 2
        done = subprocess.run(command, cwd=folder, env=environment, check=False)  # noqa: S603 - the Pulumi CLI
    return done.returncode


def would_delete(exported: Mapping[str, Any]) -> str | None:
    """Say why a stack, as `pulumi stack export` gives it, must not be given to Argo CD yet; None: it may."""
    owned = [
        resource
        for resource in (exported.get("deployment") or {}).get("resources") or []
        if resource["type"].startswith("kubernetes:") and not resource.get("retainOnDelete")
    ]
    if not owned:
        return None
    return (
        f"`workloads: argocd` would delete {len(owned)} objects that run in the cluster: deploy once with "
        "`pulumi config set workloads handover`, which lets go of them (docs/operations.md, «To Argo CD and back»)"
    )


if __name__ == "__main__":
    sys.exit(main())
