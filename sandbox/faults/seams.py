"""Where the seams are: a proxy's port in front of each part that others call, told in a file once they listen."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.setup.state import read_json, write_json

NAME = "seams"
PORTS = "seams.json"
SWITCHED_ON = "faults.json"
TRAFFIC = "traffic.json"
"""How many messages each seam has passed on since it began to listen."""


@dataclass(frozen=True)
class Seams:
    """The ports at which the parts call each other: one for each caller of a part, so that it shows who calls."""

    lms: int
    index: int
    index_for_sync: int
    database: int
    database_for_lms: int
    model: int
    """Nobody stands behind it: the offline model needs none, and a fault of the model answers here."""

    def write(self, run: Path) -> None:
        """Tell them in the folder `run`."""
        write_json(run / PORTS, asdict(self))

    @classmethod
    def read(cls, run: Path) -> Seams | None:
        """Read them; None while they do not listen."""
        told = read_json(run / PORTS)
        return None if told is None else cls(**told)


def seams_command(run: Path, lms: int, index: int, database: int) -> ProcessSpec:
    """How to start the proxies in front of three ports of this machine, with their files in the folder `run`."""
    ports = ("--lms", str(lms), "--index", str(index), "--database", str(database))
    argv = (sys.executable, "-m", "sandbox.faults", "--run", str(run), *ports)
    return ProcessSpec(NAME, argv, env=base_environment())
