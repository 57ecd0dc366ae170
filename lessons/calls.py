"""The process in which a learner's function is called: `python calls.py FILE`, what to call as JSON on stdin."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

CALLED = "called as"
SHOWN = 60
"""Letters of an argument that an error tells."""


def learners_module(file: str) -> ModuleType:
    """Load the learner's file as a module."""
    specification = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert specification is not None  # noqa: S101 - a path that ends in .py
    assert specification.loader is not None  # noqa: S101 - as above
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # as an import does: a dataclass in it looks itself up
    specification.loader.exec_module(module)
    return module


def learners_function(file: str, name: str) -> Any:
    """Give one function of the learner's file; ends the process with a sentence where there is none."""
    function = getattr(learners_module(file), name, None)
    if not callable(function):
        sys.exit(f"it has no function `{name}`")
    return function


def tell(result: Any) -> None:
    """Print a result behind a mark, so that what the learner prints does not get mixed into it."""
    try:
        text = json.dumps(result)
    except (TypeError, ValueError) as error:
        sys.exit(f"it gave back what cannot be written as JSON: {error}")
    print("\n\0" + text)


def called(function: Any, arguments: list[Any]) -> Any:
    """Call the learner's function; an error ends with the arguments that led to it."""
    try:
        return function(*arguments)
    except Exception as error:
        shown = ", ".join(text if len(text := repr(one)) <= SHOWN else f"{text[:SHOWN]}…" for one in arguments)
        error.add_note(f"{CALLED} `{getattr(function, '__name__', 'it')}({shown})`")
        raise


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    wanted = learners_function(sys.argv[1], asked["function"])
    tell([called(wanted, arguments) for arguments in asked["calls"]])
