"""`python -m sandbox.localstack.down [--state DIR]`: remove all that `up` made in Docker."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import psutil

from sandbox.localstack import cluster, container
from sandbox.setup.state import ROOT, State, read_json, write_json

MARKER = "docker.json"


def remember(state: State, front_door_pid: int | None = None) -> None:
    """Note what a later `down` must end: before anything is made, and again once there is a front door."""
    if front_door_pid is None:
        write_json(state.root / MARKER, {})
        return
    started = psutil.Process(front_door_pid).create_time()
    write_json(state.root / MARKER, {"front_door": front_door_pid, "started": started})


def down(state: State) -> int:
    """Remove everything that `up` made in Docker, and what knew of it in the state folder. Runs again at will."""
    marker = read_json(state.root / MARKER) or {}
    try:
        front_door = psutil.Process(int(marker["front_door"]))
        if abs(front_door.create_time() - float(marker["started"])) < 1:  # else the number is somebody else's by now
            front_door.terminate()
    except (KeyError, psutil.NoSuchProcess):
        pass
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
