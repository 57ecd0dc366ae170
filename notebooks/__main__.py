"""Execute every notebook on the running sandbox and keep the outputs: `python -m notebooks [NAME…] [--check]`."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from infra_pulumi.checkout.version import add_version
from notebooks.exercise import RIGHT, solve, verdicts

FOLDER = Path(__file__).parent
TIMEOUT_SECONDS = 600
PLACES = (str(FOLDER.parent), str(Path.home()), tempfile.gettempdir(), "/home/", "/Users/")
SECRETS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+|127\.0\.0\.1:\d+|localhost:\d+|(?:" + "|".join(map(re.escape, PLACES)) + r")\S*"
)
"""What no output may hold: tokens, paths of this machine, ports of this run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute; answers 1 where a cell failed or an output says what it should not."""
    parser = argparse.ArgumentParser(prog="python -m notebooks", description=(__doc__ or "").split("\n")[0])
    add_version(parser)
    parser.add_argument("names", nargs="*", help="numbers or names; all without")
    parser.add_argument(
        "--check",
        action="store_true",
        help="execute with the exercises' solutions, which their checks must take; leave the files as they are",
    )
    options = parser.parse_args(arguments)
    paths = [path for path in notebooks() if not options.names or any(path.name.startswith(n) for n in options.names)]
    failed = 0
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        if options.check:
            solve(notebook)
        try:
            execute(notebook)
        except CellExecutionError as error:
            print(f"{path.name}: a cell failed\n{error}", file=sys.stderr)
            failed += 1
            continue
        for found in indiscretions(notebook):
            print(f"{path.name}: an output holds {found!r}", file=sys.stderr)
            failed += 1
        wrong = [said for said in verdicts(notebook) if said.startswith(RIGHT) != options.check]
        for said in wrong:
            print(f"{path.name}: an exercise says {said!r}", file=sys.stderr)
            failed += 1
        if not options.check:
            nbformat.write(notebook, path)
        print(f"{path.name}: executed")
    return 1 if failed or not paths else 0


def notebooks() -> list[Path]:
    """List the notebooks in order."""
    return sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))


def execute(notebook: Any) -> None:
    """Run all cells in a fresh kernel, and take away what would differ from run to run without meaning."""
    # Over TCP without encryption the kernel warns that others on the machine may listen.
    NotebookClient(
        notebook,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            output.pop("metadata", None)
            if output.output_type in ("display_data", "execute_result"):
                output["metadata"] = {}


def indiscretions(notebook: Any) -> list[str]:
    """Find tokens, paths and ports in outputs."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            texts.append(str(output.get("text", "")))
            texts += [str(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return sorted({found for text in texts for found in SECRETS.findall(text)})


if __name__ == "__main__":
    sys.exit(main())
