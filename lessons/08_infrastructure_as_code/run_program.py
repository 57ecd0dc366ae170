"""Run a learner's program with a monitor that records: `python run_program.py FILE`, the substrate as JSON on stdin."""

from __future__ import annotations

import json
import sys

from infra_pulumi.program_runner import Recording, run
from lessons.calls import learners_function, tell

if __name__ == "__main__":
    substrate = json.load(sys.stdin)
    monitor = Recording()
    run(learners_function(sys.argv[1], "program"), "lesson", substrate, {"lesson:substrate": substrate}, monitor)
    tell([
        {"type": one.type, "name": one.name, "inputs": dict(one.inputs), "provider": one.provider or ""}
        for one in monitor.registered
    ])  # fmt: skip
