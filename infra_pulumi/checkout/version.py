"""What this checkout calls itself, told alike by every command that is started from it."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def version() -> str:
    """Read the version where every tool looks for it; a test holds all places to one."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def add_version(parser: argparse.ArgumentParser) -> None:
    """Let a command answer `--version`."""
    parser.add_argument("--version", action="version", version=f"coursematch {version()}", help="say it, and end")
