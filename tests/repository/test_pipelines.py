"""The pipelines of Buildkite and GitHub: valid for whom they are written, and made of nox sessions that exist."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
BUILDKITE = ROOT / ".buildkite" / "pipeline.yml"
GITHUB = ROOT / ".github" / "workflows" / "check.yml"
CALL = re.compile(
    r"python3? -m pip install --quiet nox && python3? -m nox -s ([\w-]+|\$\{\{ matrix\.session \}\})( -- .*)?"
)


def document(path: Path) -> dict[str, Any]:
    """Read YAML as YAML 1.2 would: GitHub's key `on` is no boolean."""
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    return read


def buildkite_commands(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        yield from buildkite_commands(step.get("steps", []))
        if "command" in step:
            yield step["command"]


def github_calls() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for job in document(GITHUB)["jobs"].values():
        for step in job["steps"]:
            yield job, step


def sessions() -> set[str]:
    module = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    return {node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.decorator_list}


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        (BUILDKITE, "vendor.buildkite"),
        (GITHUB, "vendor.github-workflows"),
        (ROOT / "CITATION.cff", "vendor.citation-file-format"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_is_valid_by_its_published_schema(path: Path, schema: str) -> None:
    # The schemas travel with check-jsonschema, so that nothing is downloaded.
    checked = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, "--no-cache", str(path)])
    assert checked.exit_code == 0, checked.output


def test_buildkite_only_calls_nox_sessions_that_exist() -> None:
    found = list(buildkite_commands(document(BUILDKITE)["steps"]))
    assert found
    for command in found:
        said = CALL.fullmatch(command)
        assert said, command
        assert said[1] in sessions(), said[1]


def test_github_only_calls_nox_sessions_that_exist() -> None:
    called = set()
    for job, step in github_calls():
        assert set(step) in ({"run"}, {"uses"}, {"uses", "with"})
        if "run" not in step:
            assert step["uses"].partition("@")[0] in {"actions/checkout", "actions/setup-python"}
            continue
        said = CALL.fullmatch(step["run"])
        assert said, step["run"]
        called |= {said[1]} if said[1].isidentifier() else set(job["strategy"]["matrix"]["session"])
    assert called == {"lint", "typing", "tests"}
    assert called <= sessions()


def test_github_tests_every_system_and_every_python_we_name() -> None:
    matrix = document(GITHUB)["jobs"]["tests"]["strategy"]["matrix"]
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_asks_before_it_deploys_and_deploys_one_at_a_time() -> None:
    steps = {step["key"]: step for step in document(BUILDKITE)["steps"] if "key" in step}
    assert "block" in steps["approve"]
    assert steps["deploy"]["depends_on"] == "approve"
    assert int(steps["deploy"]["concurrency"]) == 1


def helpers_of_the_gate() -> str:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    return text[text.index("step() {") : text.index("on_one_core() {")]


def test_the_gate_ends_and_shows_what_goes_beside_a_step_that_fails() -> None:
    helpers = helpers_of_the_gate()
    script = f"""set -euo pipefail
{helpers}
side() {{ sleep 300 & echo "side of $! begun"; wait; }}
beside "what goes beside" side
until grep -q begun "$beside_words"; do sleep 0.02; done
step "what fails" false
echo "not reached"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603, S607 - the gate's own text

    assert done.returncode == 1, done.stderr
    assert "what goes beside: ended" in done.stdout
    assert "not reached" not in done.stdout
    (sleeper,) = re.findall(r"side of (\d+) begun", done.stdout)
    assert not psutil.pid_exists(int(sleeper)) or psutil.Process(int(sleeper)).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(("result", "code"), [("true", 0), ("false", 1)])
def test_the_gate_fails_with_what_went_beside(result: str, code: int) -> None:
    helpers = helpers_of_the_gate()
    script = f'set -euo pipefail\n{helpers}\nside() {{ echo said; {result}; }}\nbeside "the side" side\njoined\necho on'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603, S607 - the gate's own text

    assert done.returncode == code, done.stderr
    assert "said" in done.stdout
    assert done.stdout.endswith("on\n") == (code == 0)
