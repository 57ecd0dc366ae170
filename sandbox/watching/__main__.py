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

from infra_pulumi.package.build import PackagingFailed
from sandbox.setup.state import ROOT
from sandbox.watching.affected import LAMBDAS, SYNC, WORKLOADS, Sources, affected, sources
from sandbox.watching.faults_in_code import fault_in, fault_of_import
from sandbox.watching.functions import DoesNotStart, Functions

Json = dict[str, Any]


class Deployer:
    """Brings what was saved to the functions; says what else has to be started again."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._sources: Sources = sources(ROOT)
        self._waiting: set[Path] = set()
        """Saved, and not brought yet: a fault stood in the way, perhaps in another file of the same save."""

    def deploy(self, asked: Json) -> Json:
        """Answer `{saved: [...]}` with what is live now, and what the asker has to do; or with a fault."""
        self._waiting |= {Path(path) for path in asked["saved"]}
        files = sorted(self._waiting)
        if (fault := fault_in(files, ROOT)) is not None:
            return {"fault": fault}
        now = sources(ROOT)
        rooms = affected(files, (self._sources, now))
        beside = [room for room in rooms if room not in LAMBDAS]
        # All that they run, since an entry may import only once it is called; a function is tried as a whole.
        if (fault := fault_of_import(_modules(set().union(*(now[room] for room in beside))), ROOT)) is not None:
            return {"fault": fault}
        try:
            live = self._functions.update([room for room in rooms if room in LAMBDAS])
        except DoesNotStart as error:
            return {"fault": fault_of_import(_modules(files), ROOT) or str(error)}  # which says the line, if it can
        except PackagingFailed as error:
            return {"fault": str(error)}
        except (BotoCoreError, ClientError) as error:
            return {"fault": f"AWS refused the new code: {error}"}
        self._sources, self._waiting = now, set()
        restart = [WORKLOADS[room] for room in beside if room in WORKLOADS]
        return {"functions": live, "restart": restart, "sync": SYNC in rooms}


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
            answer = deployer.deploy(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a half-saved tree does to a reader: the next save is asked again
            answer = {"fault": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
