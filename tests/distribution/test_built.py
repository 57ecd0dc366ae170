"""What is built: one package of its own name, whole, typed, with no more needs than it has imports."""

from __future__ import annotations

import re
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from distribution import source_tree
from distribution.__main__ import build
from distribution.source_tree import PACKAGE, ROOM, ForeignImport, lay_out

STANDARD_WORDS = re.compile(r"^(?:from|import) (\w+)", re.MULTILINE)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("built"))


def test_the_wheel_holds_the_room_under_its_own_name(archives: list[Path]) -> None:
    (wheel,) = [path for path in archives if path.suffix == ".whl"]
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
        held = (".py", ".typed", ".npz")
        room = {path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*") if path.suffix in held}
        assert {f"{PACKAGE}/{name}" for name in room} <= names
        assert {name.partition("/")[0] for name in names} == {PACKAGE, "mock_algolia-0.1.0.dist-info"}
        told = [opened.read(name).decode() for name in names if name.endswith(".py")]
        assert not [text for text in told if re.search(r"\bservices\b\.", text)]
        metadata = message_from_bytes(opened.read("mock_algolia-0.1.0.dist-info/METADATA"))
        points = opened.read("mock_algolia-0.1.0.dist-info/entry_points.txt").decode()
    needs = {re.split(r"[><=~ ;]", one)[0] for one in metadata.get_all("Requires-Dist", []) if "extra" not in one}
    assert needs == {"duckdb", "numba", "numpy", "orjson", "rapidfuzz", "waitress"}
    assert metadata.get_all("Provides-Extra") == ["client", "semantic"]
    assert "mock-algolia = mock_algolia.command:main" in points
    assert "mock_algolia = mock_algolia.pytest_plugin" in points


def test_the_source_archive_can_be_built_again(archives: list[Path]) -> None:
    (source,) = [path for path in archives if path.suffix == ".gz"]
    with tarfile.open(source) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
        text = opened.extractfile(f"{source.name.removesuffix('.tar.gz')}/pyproject.toml")
        assert text is not None
        metadata = tomllib.loads(text.read().decode())
    assert {"LICENSE", "README.md", "src/mock_algolia/py.typed", "src/mock_algolia/__main__.py"} <= names
    assert metadata["build-system"]["build-backend"] == "uv_build"


def test_refuses_to_build_what_imports_another_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "mock_algolia"
    room.mkdir()
    (room / "borrowed.py").write_text("from services.telemetry.wsgi import Traced\n")
    monkeypatch.setattr(source_tree, "ROOM", room)

    with pytest.raises(ForeignImport, match=r"borrowed\.py: from services\.telemetry"):
        lay_out(tmp_path / "tree", "1.0")


def test_the_readme_stands_alone() -> None:
    text = (source_tree.HERE / "README.md").read_text("utf-8")
    relative = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("https://")]
    assert relative == [], "whoever reads it on PyPI has no repository beside it"
    assert "coursematch" not in text
