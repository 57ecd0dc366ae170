"""The images' one recipe against the code: it copies what is imported, is pinned, and runs as nobody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
import yaml

from infra_pulumi.images import DOCKERFILE, IMAGES, ROOT, Image
from infra_pulumi.platform.program import IMAGES as REGISTERED
from infra_pulumi.render import KUSTOMIZATION

TEXT = DOCKERFILE.read_text(encoding="utf-8")
images = pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)


@images
def test_copies_every_room_that_it_imports(image: Image) -> None:
    graph = grimp.build_graph("services", cache_dir=None)
    entry = f"services.{image.room}.__main__"
    rooms = {module.split(".")[1] for module in {entry} | graph.find_upstream_modules(entry) if "." in module}
    copied = [folder.partition("/") for folder in image.recipe()["FOLDERS"].split()]
    assert {room for top, _, room in copied if top == "services"} == rooms


@images
@pytest.mark.skipif(sys.platform == "win32", reason="the recipe is a shell's; runs on Linux and macOS")
def test_its_program_starts_from_what_was_copied_alone(image: Image, tmp_path: Path) -> None:
    """The recipe's own line of copying, run here as the builder would run it."""
    (copying,) = re.findall(r"^RUN (mkdir .*(?:\\\n.*)+)", TEXT, re.MULTILINE)
    app = tmp_path / "app"
    told = {"PATH": os.environ["PATH"], "APP": str(app), **image.recipe()}
    subprocess.run([shutil.which("sh") or "sh", "-euc", copying], cwd=ROOT, env=told, check=True)  # noqa: S603 - our own file

    started = [sys.executable, "-m", f"services.{image.room}", "--help"]
    done = subprocess.run(  # noqa: S603 - as above
        started, cwd=app, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "usage: python -m services." in done.stdout


def test_takes_the_arguments_that_images_give_it() -> None:
    declared = set(re.findall(r"^ARG (\w+)", TEXT, re.MULTILINE))
    given = {name for image in IMAGES for name in image.recipe()}
    assert declared - {"BASE_IMAGE", "UV_VERSION", "APP"} == given


def test_is_pinned_multi_stage_and_runs_as_nobody() -> None:
    assert re.search(r"^ARG BASE_IMAGE=python:3\.13\.\d+-slim-\w+$", TEXT, re.MULTILINE)
    assert TEXT.count("\nFROM ${BASE_IMAGE}") == 2
    assert "\nUSER 10001:10001\n" in TEXT
    assert "uv sync --frozen --only-group ${GROUP} " in TEXT
    assert TEXT.index("USER") < TEXT.index("CMD")


def test_runs_its_program_as_the_process_that_is_told_to_end() -> None:
    (command,) = re.findall(r'^CMD \["sh", "-c", "(.*)"\]$', TEXT, re.MULTILINE)
    assert command.startswith("exec python -m ")


def test_every_image_has_a_registry_and_a_place_in_the_kustomization() -> None:
    names = {image.name for image in IMAGES}
    assert names == set(REGISTERED)
    assert names == {image["name"] for image in yaml.safe_load(KUSTOMIZATION.read_text(encoding="utf-8"))["images"]}
