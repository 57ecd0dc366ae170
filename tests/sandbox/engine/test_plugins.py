"""A stand-in as the engine starts it: a program that says its port, and ends with the engine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox.engine import plugins
from sandbox.engine.provider.cloud import sdk_version
from sandbox.setup.aws_keys import AwsKeys

ENGINE = """
import subprocess, sys
plugin = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, start_new_session=True)
print(plugin.pid, plugin.stdout.readline().decode().strip(), flush=True)
plugin.wait()
"""
"""Starts a plugin as the engine does: in a group of its own, which no signal to the engine reaches."""
SOON = 20


@pytest.mark.skipif(sys.platform == "win32", reason="the plugins are shell scripts: run on Linux or macOS")
def test_ends_when_the_engine_is_killed(tmp_path: Path) -> None:
    home, state, journal = (tmp_path / name for name in ("home", "state", "journal"))
    journal.mkdir()
    told = plugins.environment(home, state, journal, "invented", "http://127.0.0.1:1", AwsKeys("invented"))
    name = f"resource-kubernetes-v{sdk_version('kubernetes')}"
    plugin = home / "plugins" / name / "pulumi-resource-kubernetes"
    engine = subprocess.Popen(  # noqa: S603 - a stand-in for the engine
        [sys.executable, "-c", ENGINE, str(plugin)], stdout=subprocess.PIPE, text=True, env={**os.environ, **told}
    )
    assert engine.stdout is not None
    pid, port = engine.stdout.readline().split()
    assert int(port) > 0
    stand_in = psutil.Process(int(pid))
    engine.kill()
    engine.communicate()
    until = time.monotonic() + SOON
    while stand_in.is_running() and stand_in.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the plugin outlived its engine"
        time.sleep(0.1)
