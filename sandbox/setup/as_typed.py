"""Name commands as the person at this terminal types them: `nox -s sandbox -- status`, `python -m sandbox status`."""

from __future__ import annotations

import os

PLAIN = "python -m sandbox"
TYPED = "COURSEMATCH_COMMAND"
"""Environment variable: what nox says stands before a command's name."""


def as_typed(text: str) -> str:
    """Give the same text with our commands written as this person started us."""
    return text.replace(PLAIN, os.environ.get(TYPED) or PLAIN)
