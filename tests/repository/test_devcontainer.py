"""The development container: keys of the specification, and commands and ports that are ours."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from sandbox.setup.ports import DEFAULT_BASE

ROOT = Path(__file__).resolve().parents[2]
FILE = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
KEYS = set(
    """
    name image remoteUser hostRequirements onCreateCommand updateContentCommand remoteEnv forwardPorts portsAttributes
    otherPortsAttributes customizations
    """.split()  # noqa: SIM905 - names, read as words
)
"""Of https://containers.dev/implementors/json_reference/, those that stand here."""


def test_has_only_keys_of_the_specification() -> None:
    assert set(FILE) == KEYS
    assert set(FILE["hostRequirements"]) <= {"cpus", "memory", "storage", "gpu"}
    attributes = [*FILE["portsAttributes"].values(), FILE["otherPortsAttributes"]]
    for one in attributes:
        assert set(one) <= {"label", "protocol", "onAutoForward", "requireLocalPort", "elevateIfNeeded"}
        assert one["onAutoForward"] in {"notify", "openBrowser", "openBrowserOnce", "openPreview", "silent", "ignore"}


def test_runs_a_python_that_we_support_and_sessions_that_there_are() -> None:
    (python,) = re.findall(r"python:(\d\.\d+)-", FILE["image"])
    least = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert tuple(map(int, python.split("."))) >= tuple(map(int, least.removeprefix(">=").split(".")))
    sessions = re.findall(r"nox --install-only -s (\w+)", FILE["updateContentCommand"])
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    assert sessions
    assert all(f"\ndef {name}(session" in noxfile for name in sessions)


def test_forwards_the_front_door_and_nothing_else() -> None:
    assert FILE["forwardPorts"] == [DEFAULT_BASE]
    assert set(FILE["portsAttributes"]) == {str(DEFAULT_BASE)}
    assert FILE["otherPortsAttributes"]["onAutoForward"] == "ignore"
