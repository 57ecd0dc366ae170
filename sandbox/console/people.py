"""The invented learners that a person may sign in as. Nobody of a sandbox that runs on somebody's own enrollments."""

from __future__ import annotations

import csv
from typing import Any

from fixtures.files import LEARNERS
from sandbox.faults.broken_tokens import broken
from sandbox.faults.seams import SWITCHED_ON
from sandbox.faults.switched_on import SwitchedOn
from sandbox.setup.credentials import load_credentials
from sandbox.setup.inputs import kept_inputs
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json
from sandbox.setup.tokens import learner_token


class NotInvented(SandboxProblem):
    """Not one of the fixtures' learners: real people are not offered."""


def people(state: State) -> list[dict[str, str]]:
    """List the fixtures' learners: id, name, story."""
    if kept_inputs(state).enrollments is not None:
        return []
    with LEARNERS.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def token_of(state: State, learner: Any) -> str:
    """Get an invented learner's token from the LMS. Raises `SandboxProblem`."""
    if learner not in {person["id"] for person in people(state)}:
        raise NotInvented("Only the fixtures' learners can be chosen here.", "`python -m sandbox token ID` knows all.")
    endpoints = read_json(state.endpoints_file)
    if endpoints is None:
        raise SandboxProblem("The sandbox is still starting.", "Try again in a moment.")
    credentials = load_credentials(state)[0]
    token = learner_token(endpoints, credentials, str(learner))
    return broken(token, SwitchedOn(state.run / SWITCHED_ON).now(), credentials.identity_signing_key)
