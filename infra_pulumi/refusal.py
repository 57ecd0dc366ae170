"""What a program says when it will not run."""

from __future__ import annotations


class ProgramRefused(Exception):
    """A program cannot run as it is asked to; the message says what to change."""
