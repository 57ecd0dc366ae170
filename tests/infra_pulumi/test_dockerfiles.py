"""The images' recipes against the code: they copy what is imported, are pinned, and run as nobody."""

from __future__ import annotations

import re
from pathlib import Path

import grimp
import pytest
import yaml

from infra_pulumi.images import IMAGES, Image
from infra_pulumi.platform.program import IMAGES as REGISTERED
from infra_pulumi.render import KUSTOMIZATION

ROOT = Path(__file__).resolve().parents[2]


def recipe(image: Image) -> str:
    return (ROOT / "services" / image.room / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_copies_every_room_that_it_imports(image: Image) -> None:
    graph = grimp.build_graph("services", cache_dir=None)
    entry = f"services.{image.room}.__main__"
    rooms = {module.split(".")[1] for module in {entry} | graph.find_upstream_modules(entry) if "." in module}
    assert set(re.findall(r"^COPY services/(\w+) ", recipe(image), re.MULTILINE)) == rooms


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_is_pinned_multi_stage_and_runs_as_nobody(image: Image) -> None:
    text = recipe(image)
    assert re.search(r"^ARG BASE_IMAGE=python:3\.13\.\d+-slim-\w+$", text, re.MULTILINE)
    assert text.count("\nFROM ${BASE_IMAGE}") == 2
    assert "\nUSER 10001:10001\n" in text
    assert "uv sync --frozen" in text
    assert f"--only-group {image.group or image.name} " in text
    assert text.index("USER") < text.index("CMD")


def test_every_image_has_a_registry_and_a_place_in_the_kustomization() -> None:
    names = {image.name for image in IMAGES}
    assert names == set(REGISTERED)
    assert names == {image["name"] for image in yaml.safe_load(KUSTOMIZATION.read_text(encoding="utf-8"))["images"]}
