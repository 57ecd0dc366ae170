"""`python -m sandbox.watching`: puts saved code into the Lambdas for whoever asks on its stdin, a JSON line for a line.

A process of its own that has boto3 and the import graph at hand: a save should not wait for their imports.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra_pulumi.package import reach
from infra_pulumi.package.build import PackagingFailed
from sandbox.setup.state import ROOT
from sandbox.watching.affected import LAMBDAS, WORKLOADS, affected, sources
from sandbox.watching.faults_in_code import fault_in, fault_of_import
from sandbox.watching.functions import DoesNotStart, Functions, Tried
from sandbox.watching.packages import packages

Json = dict[str, Any]


class Deployer:
    """Brings what was saved to the functions; says what else has to be started again.

    In three steps, so that whoever asks can try the workloads meanwhile: nothing is live unless all is.
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._imports = reach.imports(ROOT)
        self._sources = self._now = sources(ROOT, self._imports)
        self._waiting: set[Path] = set()
        """Saved, and not brought yet: a fault stood in the way, perhaps in another file of the same save."""
        self._rooms: list[str] = []
        self._tried: list[Tried] = []

    def answer(self, asked: Json) -> Json:
        """Answer one line: the steps of a save in their order, or what spares have to be warm with."""
        if "saved" in asked:
            return self._look(asked["saved"])
        return {"packages": self._packages, "try": self._try, "live": self._let_live}[asked["do"]]()

    def _look(self, saved: Iterable[str]) -> Json:
        """Say which workloads have to import which modules (all that they run: an entry may import only once it is
        called) for these files, or what keeps these from being compiled."""
        self._waiting |= {Path(path) for path in saved}
        files = sorted(self._waiting)
        if (fault := fault_in(files, ROOT)) is not None:
            return {"fault": fault}
        self._imports = reach.imports(ROOT)
        self._now = sources(ROOT, self._imports)
        self._rooms = affected(files, (self._sources, self._now))
        return {"workloads": {WORKLOADS[room]: _modules(self._now[room]) for room in self._rooms if room in WORKLOADS}}

    def _try(self) -> Json:
        """Have AWS try versions of the functions that run them, none of them live yet."""
        try:
            rooms = [room for room in self._rooms if room in LAMBDAS]
            self._tried = self._functions.tried(rooms, self._imports)
        except DoesNotStart as error:
            said = fault_of_import(_modules(self._waiting), ROOT)  # which says the line, if it can
            return {"fault": said or str(error)}
        except PackagingFailed as error:
            return {"fault": str(error)}
        except (BotoCoreError, ClientError) as error:
            return {"fault": f"AWS refused the new code: {error}"}
        return {}

    def _let_live(self) -> Json:
        try:
            live = self._functions.let_live(self._tried)
        except (BotoCoreError, ClientError) as error:
            return {"fault": f"AWS refused the new code: {error}"}
        self._sources, self._waiting, self._tried = self._now, set(), []
        return {"functions": live}

    def _packages(self) -> Json:
        return {"packages": {name: packages(self._now[room]) for room, name in WORKLOADS.items()}}


def _modules(files: Iterable[Path]) -> list[str]:
    inside = (
        path.relative_to(ROOT).with_suffix("") for path in sorted(files) if path.suffix == ".py" and path.is_file()
    )
    return [".".join(path.parts).removesuffix(".__init__") for path in inside]


def main() -> None:
    """Answer until the other side closes the pipe."""
    settings = Config(proxies={}, connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 1})
    aws = boto3.client("lambda", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=settings)
    deployer = Deployer(Functions(aws))
    for line in sys.stdin:
        try:
            answer = deployer.answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a half-saved tree does to a reader: the next save is asked again
            answer = {"fault": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
