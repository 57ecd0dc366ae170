"""The installer of a kit, on a small one: two environments from wheels that lie there, and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from kit import course
from kit.platforms import PLATFORMS, PYTHONS
from tests.support.sandbox_command import ROOT

UV = "uv-0-py3-none-any.whl"
HERE = course.this_system()


def wheel(folder: Path, name: str, code: str) -> str:
    """Make a wheel of one module; gives it as a requirement."""
    info = f"{name}-1.dist-info"
    members = {
        f"{name}/__init__.py": "", f"{name}/__main__.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }  # fmt: skip
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for path, text in members.items()
    )
    file = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as packed:
        for path, text in (members | {f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}).items():
            packed.writestr(path, text)
    return f"{name}==1 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit for this machine, whose sandbox says its arguments."""
    wheels, requirements = tmp_path / "wheels", tmp_path / "requirements" / HERE
    wheels.mkdir()
    requirements.mkdir(parents=True)
    told = "os.environ['COURSEMATCH_COMMAND'], os.environ['COURSEMATCH_EMULATOR_PYTHON']"
    code = f"import os, sys; print(sys.argv[1:], {told})"
    (requirements / "sandbox.txt").write_text(wheel(wheels, "sandbox", code))
    (requirements / "emulator.txt").write_text(wheel(wheels, "ministack", ""))
    with zipfile.ZipFile(wheels / UV, "w") as packed:
        packed.write(Path(sysconfig.get_path("scripts")) / f"uv{course.EXE}", f"uv-0.data/scripts/uv{course.EXE}")
    (tmp_path / "kit.json").write_text(json.dumps({"systems": {HERE: {"uv": UV}}}))
    shutil.copyfile(ROOT / "kit" / "course.py", tmp_path / "course.py")
    return tmp_path


def run(kit: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "UV_INDEX_URL", "PIP_INDEX_URL"), "http://127.0.0.1:9")
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "course.py", *arguments], cwd=kit, env=os.environ | nowhere,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_installs_from_what_lies_there_and_runs_it(kit: Path) -> None:
    assert "First: python course.py install" in run(kit, "sandbox", "up").stderr

    installed = run(kit, "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr

    said = run(kit, "sandbox", "up", "--detach")
    assert said.stdout.startswith("['up', '--detach'] python course.py sandbox"), said.stderr
    assert str(kit / ".nox" / "emulator") in said.stdout
    assert run(kit, "install").returncode == 0, "a second time"


def test_refuses_a_wheel_that_was_changed(kit: Path) -> None:
    wheel(kit / "wheels", "sandbox", "print('something else')")
    done = run(kit, "install")
    assert done.returncode == 1
    assert "hash" in done.stderr.lower()


def test_says_for_which_systems_a_kit_is(kit: Path) -> None:
    (kit / "kit.json").write_text(json.dumps({"systems": {"windows-x86_64-3.12": {"uv": UV}}}))
    done = run(kit, "install")
    assert done.returncode == 1
    assert f"This kit is for windows-x86_64-3.12; this is {HERE}." in done.stderr


@pytest.mark.parametrize("system", PLATFORMS, ids=lambda system: system.name)
@pytest.mark.parametrize("python", PYTHONS)
def test_finds_its_wheels_on_each_system(system: object, python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: what Python says of itself there."""
    monkeypatch.setattr(sys, "platform", system.sys_platform)  # type: ignore[attr-defined]  # a Platform
    monkeypatch.setattr(sys, "version_info", (3, int(python[2:]), 0))
    monkeypatch.setattr(platform, "machine", lambda: system.machine)  # type: ignore[attr-defined]  # a Platform
    assert course.this_system() == f"{system.name}-{python}"  # type: ignore[attr-defined]  # a Platform


def test_asks_for_nothing_but_python() -> None:
    source = (ROOT / "kit" / "course.py").read_text(encoding="utf-8")
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported - {"__future__"} <= sys.stdlib_module_names
