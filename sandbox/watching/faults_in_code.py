"""What keeps saved code from running, in words with file and line: before anything that runs is touched."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from sandbox.processes.process_spec import base_environment

IMPORT_SECONDS = 20


def fault_in(paths: Iterable[Path], root: Path) -> str | None:
    """Say what is wrong with the first of these files that does not compile; None where all do."""
    for path in paths:
        if path.suffix != ".py" or not path.is_file():
            continue
        shown = path.relative_to(root)
        try:
            compile(path.read_bytes(), str(shown), "exec", dont_inherit=True)
        except SyntaxError as error:
            return f"{shown}:{error.lineno}: {error.msg}"
        except ValueError as error:  # a null byte
            return f"{shown}: {error}"
    return None


def fault_of_import(modules: Iterable[str], root: Path) -> str | None:
    """Import modules in a process of their own, and say what is wrong and in which of our lines; None for nothing."""
    code = "; ".join(f"import {module}" for module in modules)
    if not code:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-c", code], cwd=root, env=base_environment(), capture_output=True, encoding="utf-8",
            timeout=IMPORT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"it is not imported within {IMPORT_SECONDS} s"
    return None if done.returncode == 0 else in_a_line(done.stderr, root)


def in_a_line(traceback: str, root: Path) -> str:
    """Give a traceback's last line, and before it the last place in our own code that it names."""
    said = (traceback.strip().splitlines() or ["it cannot be imported"])[-1]
    places = re.findall(rf'File "{re.escape(str(root))}[/\\\\]([^"]+)", line (\d+)', traceback)
    return f"{places[-1][0]}:{places[-1][1]}: {said}" if places else said
