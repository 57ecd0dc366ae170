"""`python -m sandbox.localstack.down [--state DIR]`: remove all that `up` made in Docker."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from sandbox.localstack import cluster, container
from sandbox.setup.state import ROOT, State, read_json, write_json

MARKER = "docker.json"
END_SECONDS = 10


def remember(state: State, pid: int) -> None:
    """Note the process that a later `down` must end: the `up` while it works, the front door once there is one."""
    write_json(state.root / MARKER, {"process": pid, "started": psutil.Process(pid).create_time()})


def remembered(state: State) -> psutil.Process | None:
    """Find the process that was noted, if it runs yet."""
    marker = read_json(state.root / MARKER) or {}
    try:
        found = psutil.Process(int(marker["process"]))
        same = abs(found.create_time() - float(marker["started"])) < 1  # else the number is somebody else's by now
    except (KeyError, psutil.NoSuchProcess):
        return None
    return found if same else None


def end(process: psutil.Process) -> None:
    """End a process and all that it started: an engine left alone would deploy on into what is being removed."""
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, timeout=END_SECONDS)


def down(state: State) -> int:
    """Remove everything that `up` made in Docker, and what knew of it in the state folder. Runs again at will."""
    process = remembered(state)
    if process is not None and process.pid != os.getpid():
        end(process)
    container.remove()
    cluster.delete()
    shutil.rmtree(state.root / "pulumi", ignore_errors=True)
    for path in (state.endpoints_file, state.root / MARKER):
        path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.localstack.down", description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / ".sandbox")
    sys.exit(down(State(parser.parse_args().state)))
