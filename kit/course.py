"""The course without a network: `python course.py install`, then `python course.py sandbox up`, `… lesson start 1`.

Plain Python, nothing to install before it; alike on Linux, macOS and Windows. It writes into its own folder only.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MADE = HERE / ".nox"
SCRIPTS, EXE = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")
MODULES = {"sandbox": "sandbox", "lesson": "lessons"}
GROUPS = ("sandbox", "emulator")
LONGEST_FOLDER = 80
"""Windows takes paths of 260 characters unless told otherwise, and some inside the packages have 170."""


def main(arguments: list[str]) -> int:
    """Carry out one command; gives the exit code."""
    if arguments[:1] == ["install"]:
        return install()
    if arguments and arguments[0] in MODULES:
        return run(MODULES[arguments[0]], arguments[1:])
    print(__doc__)
    return 0 if not arguments or arguments[0] in ("-h", "--help") else 2


def install() -> int:
    """Make the two environments from the wheels that lie here, their hashes checked."""
    began = time.monotonic()
    here, kit = this_system(), json.loads((HERE / "kit.json").read_text(encoding="utf-8"))
    if here not in kit["systems"]:
        print(f"This kit is for {', '.join(kit['systems'])}; this is {here}.", file=sys.stderr)
        print("Take a Python or a kit that fits: whoever made it can make another (docs/kit.md).", file=sys.stderr)
        return 1
    if sys.platform == "win32" and len(str(HERE)) > LONGEST_FOLDER:
        print(f"Move this folder to a shorter path, such as C:\\kit: {HERE} is too long for Windows.", file=sys.stderr)
        return 1
    uv = unpacked_uv(kit["systems"][here])
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_", "VIRTUAL_"))
    }
    environment |= {"UV_PYTHON_DOWNLOADS": "never", "UV_CACHE_DIR": str(MADE / "cache"), "UV_OFFLINE": "1"}
    for group in GROUPS:
        place = MADE / group
        commands = (
            ["venv", "--quiet", "--clear", "--python", sys.executable, str(place)],
            ["pip", "install", "--quiet", "--python", str(python_of(group)), "--no-index", "--no-deps",
             "--require-hashes", "--find-links", str(HERE / "wheels"),
             "--requirement", str(HERE / "requirements" / here / f"{group}.txt")],
        )  # fmt: skip
        for command in commands:
            if subprocess.run([str(uv), *command], env=environment, check=False).returncode:  # noqa: S603 - out of the kit
                return 1
    shutil.rmtree(MADE / "cache", ignore_errors=True)
    print(f"Installed in {time.monotonic() - began:.0f} s. Next: python course.py sandbox up")
    return 0


def run(module: str, arguments: list[str]) -> int:
    """Run one of the course's programs, and wait until it has stopped what it started."""
    if not python_of("sandbox").is_file():
        print("First: python course.py install", file=sys.stderr)
        return 1
    environment = {**os.environ, "COURSEMATCH_COMMAND": "python course.py sandbox"}
    environment["COURSEMATCH_EMULATOR_PYTHON"] = str(python_of("emulator"))
    argv = [str(python_of("sandbox")), "-m", module, *arguments]
    program = subprocess.Popen(argv, cwd=HERE, env=environment)  # noqa: S603 - out of the kit
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the program too; it stops, and then so do we
    return program.wait()


def this_system() -> str:
    """Name this machine and this Python as a kit does: linux-x86_64-3.12."""
    systems = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    machines = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
    machine = machines.get(platform.machine().lower(), platform.machine())
    return f"{systems.get(sys.platform, sys.platform)}-{machine}-{sys.version_info[0]}.{sys.version_info[1]}"


def python_of(group: str) -> Path:
    """Say where an environment's Python is, or will be."""
    return MADE / group / SCRIPTS / f"python{EXE}"


def unpacked_uv(system: dict[str, str]) -> Path:
    """Take the installer's own program out of its wheel."""
    target = MADE / f"uv{EXE}"
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(HERE / "wheels" / system["uv"]) as wheel:
        member = next(name for name in wheel.namelist() if name.endswith(f".data/scripts/uv{EXE}"))
        target.write_bytes(wheel.read(member))
    target.chmod(target.stat().st_mode | stat.S_IXUSR)
    return target


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
