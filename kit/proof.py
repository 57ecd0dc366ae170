"""Prove a kit as a learner uses it: unpack, install with every registry out of reach, start, ask, stop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

SECONDS = 300
NOWHERE = "http://127.0.0.1:9"


class NotProven(Exception):
    """The kit does not do what it is for; the message says what did not go."""


def prove(archive: Path) -> str:
    """Give a sentence with the seconds. Raises `NotProven`."""
    with tempfile.TemporaryDirectory(prefix="kit-") as place:
        os.chmod(place, 0o755)  # noqa: S103 - the database's user passes through where we are root
        with zipfile.ZipFile(archive) as kit:
            kit.extractall(place)
        (folder,) = Path(place).iterdir()
        if any(folder.rglob("solutions")):
            raise NotProven("The kit holds solutions.")
        began = time.monotonic()
        course(folder, "install")
        installed = time.monotonic() - began
        course(folder, "sandbox", "up", "--detach", "--port-base", "28180")
        try:
            started = time.monotonic() - began - installed
            api = json.loads((folder / ".sandbox" / "endpoints.json").read_text(encoding="utf-8"))["api"]
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{api}/coursematch?keywords=python", timeout=30) as answer:
                found = json.load(answer)["matches"]
            if not found:
                raise NotProven("The sandbox of the kit answers without a course.")
            with opener.open(f"{api}/docs/index.html", timeout=30) as page:
                if b"course.py" not in page.read():
                    raise NotProven("The kit's pages are not at /docs/, or name commands that it has not.")
            course(folder, "lesson", "start", "2")
        finally:
            course(folder, "sandbox", "down")
    return (
        f"With the network off: installed in {installed:.0f} s, started in {started:.0f} s, {len(found)} courses found."
    )


def course(folder: Path, *arguments: str) -> None:
    """Run a command of the kit with every registry out of reach (the gate takes the network itself away, too)."""
    argv = [sys.executable, "course.py", *arguments]
    environment = {
        name: value for name, value in os.environ.items() if "COURSEMATCH" not in name and name != "PYTHONPATH"
    }
    environment |= {"PIP_INDEX_URL": NOWHERE, "UV_INDEX_URL": NOWHERE, "HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE,
                    "NO_PROXY": "127.0.0.1,localhost"}  # fmt: skip
    done = subprocess.run(  # noqa: S603 - our own kit
        argv, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotProven(f"`python course.py {' '.join(arguments)}` ended with {done.returncode}:\n{done.stdout}")
