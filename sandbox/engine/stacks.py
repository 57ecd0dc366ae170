"""Both programs as stacks of a real engine: a copy of the tree to change, its state in a folder, our providers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi import automation

from infra_pulumi.examples import LEFT_OPEN, PLATFORM, SYSTEM, settings
from infra_pulumi.project_copy import copy_project
from infra_pulumi.secret_text import Secret
from sandbox.engine import plugins
from sandbox.engine.provider.journal import Journal
from sandbox.localstack.deployment import keep_settings
from sandbox.setup.aws_keys import AwsKeys
from sandbox.setup.state import ROOT

STACK = "aws"
FOLDERS = {SYSTEM: "coursematch", PLATFORM: "platform"}
COPIED = ("infra_pulumi", "openapi.yaml", "build/lambda", "pyproject.toml", "uv.lock")
"""What the programs read of the repository."""
Changes = Mapping[str, int]
"""How many resources were created, updated, replaced, deleted, or stayed the same."""


class EngineStack:
    """One program's stack; everything it writes lies under `folder`."""

    def __init__(self, project: str, folder: Path, endpoint: str, keys: AwsKeys) -> None:
        self.project = project
        self.tree = folder / "tree"
        self.journal = Journal(_made(folder / "journal" / project))
        self.cluster_file = folder / "journal" / project / "cluster.json"
        self._state = _made(folder / "state")
        self._policies = str(self.tree / "infra_pulumi" / "policies")
        copy_tree(self.tree)
        place = copy_project(self.tree / "infra_pulumi" / FOLDERS[project], STACK, folder / "projects" / project)
        self._environment = {
            **plugins.environment(
                folder / "home", self._state, folder / "journal" / project, "invented", endpoint, keys
            ),
            "PYTHONPATH": str(self.tree),
        }
        self._place = place
        options = automation.LocalWorkspaceOptions(work_dir=str(place), env_vars=self._environment)
        self._stack = automation.create_or_select_stack(STACK, work_dir=str(place), opts=options)
        left_open = {f"{project}:{key}" for key in LEFT_OPEN[project, STACK]}
        given = settings(project, STACK)
        self.configure(
            {
                key.partition(":")[2]: value
                for key, value in given.items()
                if isinstance(value, Secret) or key in left_open
            }
        )

    def configure(self, values: Mapping[str, str | Secret]) -> None:
        """Change settings of the stack."""
        environment = {**os.environ, **self._environment}
        keep_settings(self._place, STACK, environment, dict(values), project=self.project)

    def preview(self) -> Changes:
        """Say what an `up` would do, by the policy pack too."""
        return _counted(self._stack.preview(color="never", policy_packs=[self._policies]).change_summary)

    def up(self) -> Changes:
        """Deploy. Raises automation.CommandError where something is refused."""
        return _counted(self._stack.up(color="never", policy_packs=[self._policies]).summary.resource_changes)

    def refresh(self) -> Changes:
        """Ask the providers what is still there."""
        return _counted(self._stack.refresh(color="never").summary.resource_changes)

    def preview_destroy(self) -> None:
        """Preview a destroy, as `pulumi destroy` does first. Raises automation.CommandError for what is protected."""
        self._stack.preview_destroy(color="never")

    def destroy(self) -> Changes:
        """Remove everything."""
        return _counted(self._stack.destroy(color="never").summary.resource_changes)

    def outputs(self) -> dict[str, Any]:
        """Give what the program exported."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def shows(self, secret: str) -> bool:
        """Tell whether any file that the engine keeps holds a text as it is."""
        return any(secret.encode() in file.read_bytes() for file in self._state.rglob("*") if file.is_file())

    def exported(self) -> dict[str, Any]:
        """Give the stack's state; the Automation API exports it with its secrets revealed."""
        return {"deployment": dict(self._stack.export_stack().deployment or {})}

    def unprotect(self) -> None:
        """Let everything of the stack be removed."""
        exported = self._stack.export_stack()
        for resource in (exported.deployment or {}).get("resources", []):
            resource.pop("protect", None)
        self._stack.import_stack(exported)

    def objects(self) -> dict[str, Any]:
        """Give what runs in the cluster, by kind, namespace and name."""
        text = self.cluster_file.read_text(encoding="utf-8") if self.cluster_file.is_file() else ""
        found: dict[str, Any] = json.loads(text or "{}")
        return found


def _counted(found: Mapping[Any, int] | None) -> Changes:
    """Give the engine's counts by its words for what it does."""
    return {str(getattr(operation, "value", operation)): count for operation, count in (found or {}).items()}


def copy_tree(tree: Path) -> None:
    """Copy what the programs read of the repository, once: a run changes code, and must not change this one's."""
    if tree.exists():
        return
    leave = shutil.ignore_patterns("__pycache__", "Pulumi.*-*.yaml")
    for name in COPIED:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=leave)
        else:
            shutil.copyfile(ROOT / name, tree / name)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()
