"""What every notebook begins with: clients of the running sandbox. Nothing here computes anything."""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATE = "COURSEMATCH_STATE"
"""Environment variable: the sandbox's state folder, if it is not `.sandbox` in the repository."""

# A library's progress bar would like ipywidgets; nothing here draws one.
warnings.filterwarnings("ignore", message="IProgress not found")

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # notebooks run in their own folder and read our packages

import httpx  # noqa: E402  after the path: a notebook imports this module first
import localstack_client.session  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
from algoliasearch.search.client import SearchClientSync  # noqa: E402

from sandbox.running.client import running_sandbox  # noqa: E402
from sandbox.setup.credentials import load_credentials  # noqa: E402
from sandbox.setup.state import State, read_json  # noqa: E402
from sandbox.setup.tokens import learner_token  # noqa: E402
from services.index_writer.algolia_client import AlgoliaAccess, official_client  # noqa: E402
from services.index_writer.patience import Patience  # noqa: E402

COLOURS = {"ours": "#1b6ca8", "other": "#9aa5b1", "good": "#2a9d8f", "bad": "#d1495b", "accent": "#edae49"}
"""One colour, one meaning, in every plot."""


@dataclass(frozen=True)
class Sandbox:
    """Clients of every part, ready to use."""

    endpoints: dict[str, Any]
    api: httpx.Client
    """The front door: `/coursematch?keywords=…`."""
    lms: httpx.Client
    algolia: SearchClientSync
    """The official client, with the admin key."""
    index: str
    aws: localstack_client.session.Session
    """Gives boto3 clients of the local AWS, which sign with this start's keys."""
    state: State

    def as_learner(self, student_id: str) -> httpx.Client:
        """Make a client of the API that carries a learner's token."""
        token = learner_token(self.endpoints, load_credentials(self.state)[0], student_id)
        return httpx.Client(base_url=self.endpoints["api"], timeout=60, headers={"Authorization": f"Bearer {token}"})


class NoSandbox(Exception):
    """No sandbox runs that a notebook could ask; shown as a sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Say it as Jupyter shall show it."""
        return [str(self)]


def connect() -> Sandbox:
    """Open clients of the running sandbox. Raises `NoSandbox` where none runs."""
    plt.rcParams.update(
        {"figure.dpi": 80, "figure.figsize": (8, 4), "axes.spines.top": False, "axes.spines.right": False}
    )
    state = State(Path(os.environ.get(STATE) or ROOT / ".sandbox"))
    endpoints = read_json(state.endpoints_file)
    if endpoints is None or running_sandbox(state) is None:
        raise NoSandbox(f"No sandbox runs on {state.root.name}: `nox -s sandbox -- up --detach` starts one.")
    os.environ["AWS_ENDPOINT_URL"] = endpoints["aws"]
    os.environ["PYTHONPATH"] = str(ROOT)  # for processes that a notebook starts
    at = endpoints["algolia"]
    return Sandbox(
        endpoints=endpoints,
        api=httpx.Client(base_url=endpoints["api"], timeout=60),
        lms=httpx.Client(base_url=endpoints["lms"], timeout=60),
        algolia=official_client(AlgoliaAccess(at["app_id"], at["admin_key"], (at["url"],)), Patience())[0],
        index=at["index"],
        aws=localstack_client.session.Session(
            aws_access_key_id=endpoints["aws_keys"]["access_key_id"],
            aws_secret_access_key=endpoints["aws_keys"]["secret_access_key"],
            region_name="us-east-1",
        ),
        state=state,
    )
