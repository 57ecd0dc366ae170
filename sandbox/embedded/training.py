"""The training on the embedded substrate: after a start that brought other data, and by its schedule."""

from __future__ import annotations

from sandbox.embedded.deployed_api import found_at
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.embedded.start import Start
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.readiness import related_courses_are_there

MODEL = "recommendation-model"
AS_CHOSEN = {"MODEL_FORCE": "true"}
"""A start loads the enrollments that its user chose, however badly next courses may be guessed from them."""


async def train(start: Start, workloads: Workloads, *, kept: bool) -> None:
    """Run the CronJob's Job once; where data and model are kept from an earlier start there is nothing to learn.

    Until it has ended, recommendations go by what the catalogue tells.
    """
    if kept and await related_courses_are_there(found_at(start, "")):
        return
    try:
        await workloads.run_cron_job(MODEL, AS_CHOSEN)
    except SandboxProblem as problem:
        start.note(f"What learners take could not be learned: {problem.what}")
