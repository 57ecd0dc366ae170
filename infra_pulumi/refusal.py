"""What a program says when it will not run."""

from __future__ import annotations

from collections.abc import Callable


class ProgramRefused(Exception):
    """A program cannot run as it is asked to; the message says what to change."""


def run_or_refuse(program: Callable[[], None]) -> None:
    """Run a program under the Pulumi CLI, which prints a RunError as one line and anything else as a traceback."""
    try:
        program()
    except ProgramRefused as refused:
        import pulumi  # a second of imports that the sandbox, which only catches a refusal, does without

        raise pulumi.RunError(str(refused)) from None
