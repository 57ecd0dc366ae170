"""`python -m sandbox.faults.functions ORDER`: break the Lambda functions as a deployment would, through the AWS API.

Every order makes new versions and lets the alias point at them; `roll-back` lets it point at what was live before. A
process of its own, since boto3 is large and a sandbox that nobody breaks does not need it.
"""

from __future__ import annotations

import argparse
import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.faults.seams import Seams
from sandbox.gateway.live_versions import ALIAS, let_live, published
from sandbox.setup.state import ROOT, read_json, write_json

COLD_EVERY_SECONDS = 5
DOES_NOT_START = "raise ImportError('this version was never meant to run')\n"
NEVER_ENDS = "import time\n\n\ndef handler(event, context):\n    time.sleep(60)\n"
REMEMBERED = "functions.json"


class Functions:
    """The deployed functions. `client` is boto3's of Lambda; `remembered` a file that says which versions were good."""

    def __init__(self, client: Any, remembered: Path) -> None:
        self._client = client
        self._remembered = remembered

    def deploy(self, source: str, timeout: int | None = None) -> None:
        """Let every function be a version whose handler's module is `source`."""
        for name, good in self._each():
            module = good["Handler"].rpartition(".")[0].replace(".", "/")
            if timeout is not None:
                self._client.update_function_configuration(FunctionName=name, Timeout=timeout)
            self._client.update_function_code(FunctionName=name, ZipFile=_zip(f"{module}.py", source))
            self._point(name)

    def start_cold(self, times: int) -> None:
        """Let every function be a version that differs in its description only: no process of it runs yet."""
        for name, _ in self._each():
            self._client.update_function_configuration(FunctionName=name, Description=f"cold start {times}")
            self._point(name)

    def tell(self, function: str, environment: Mapping[str, str]) -> None:
        """Let one function be a version that is told something else by its environment."""
        for name, good in self._each():
            if name.endswith(f"-{function}"):
                variables = {**good.get("Environment", {}).get("Variables", {}), **environment}
                self._client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
                self._point(name)

    def roll_back(self, zips: Callable[[str], bytes]) -> None:
        """Let every alias point at what was live before, and later versions be made of that code again."""
        for name, good in self._each():
            let_live(self._client, name, good["Version"])
            kept = {part: good[part] for part in ("Timeout", "Environment") if part in good}
            self._client.update_function_configuration(FunctionName=name, Description="", **kept)
            self._client.update_function_code(FunctionName=name, ZipFile=zips(name.rpartition("-")[2]))
        self._remembered.unlink(missing_ok=True)

    def _each(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give every function with its good version: the one that was live when it was first asked for."""
        remembered = read_json(self._remembered) or {}
        functions = [told["FunctionName"] for told in self._client.list_functions()["Functions"]]
        for name in functions:
            live = self._client.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
            remembered.setdefault(name, live)
        write_json(self._remembered, remembered)
        for name in functions:
            yield name, self._client.get_function_configuration(FunctionName=name, Qualifier=remembered[name])

    def _point(self, name: str) -> None:
        """Let the alias point at what a function is now."""
        let_live(self._client, name, published(self._client, name))


def carry_out(order: str, functions: Functions, run: Path) -> None:
    """Carry out one order; `cold` goes on until the process is ended."""
    if order == "bad-deploy":
        functions.deploy(DOES_NOT_START)
    elif order == "time-out":
        functions.deploy(NEVER_ENDS, timeout=1)
    elif order == "model":
        seams = Seams.read(run)
        assert seams is not None  # noqa: S101 - the sandbox waits for them before anything else
        model = {
            "ADVISOR_MODEL": "openai",
            "ADVISOR_MODEL_ID": "broken",
            "ADVISOR_MODEL_URL": f"http://127.0.0.1:{seams.model}",
        }
        functions.tell("advisor", model)
    elif order == "cold":
        times = 0
        while True:
            functions.start_cold(times := times + 1)
            time.sleep(COLD_EVERY_SECONDS)
    else:
        functions.roll_back(lambda name: (ROOT / "build" / "lambda" / f"{name}.zip").read_bytes())


def _zip(path: str, source: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        entry = zipfile.ZipInfo(path)
        entry.external_attr = 0o644 << 16
        file.writestr(entry, source)
    return made.getvalue()


if __name__ == "__main__":
    import boto3
    from botocore.config import Config

    parser = argparse.ArgumentParser(prog="python -m sandbox.faults.functions", description=__doc__)
    parser.add_argument("order", choices=("bad-deploy", "time-out", "model", "cold", "roll-back"))
    parser.add_argument("--run", type=Path, required=True)
    options = parser.parse_args()
    settings = Config(proxies={}, connect_timeout=3, read_timeout=60)
    aws = boto3.client("lambda", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=settings)
    carry_out(options.order, Functions(aws, options.run / REMEMBERED), options.run)
