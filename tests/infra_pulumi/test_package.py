"""The Lambda zips: what is in them, that they stand alone, and that the same tree gives the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra_pulumi.package.build import LIMIT_BYTES, ROOMS, build, zip_path
from infra_pulumi.package.wheels import PackagingFailed, files

ROOT = Path(__file__).resolve().parents[2]
PRESENT = [room for room in ROOMS if (ROOT / "services" / room / "lambda_handler.py").is_file()]


@pytest.fixture(params=PRESENT)
def zipped(request: pytest.FixtureRequest) -> Path:
    built = build(request.param, ROOT)
    assert built is not None
    return built.path


@pytest.fixture
def little_tree(tmp_path: Path) -> Path:
    """A repository with one small Lambda, and the wheels that were fetched for the real one."""
    build("enrollments", ROOT)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "wheels").symlink_to(ROOT / "build" / "wheels")
    room = tmp_path / "services" / "enrollments"
    room.mkdir(parents=True)
    for folder in (room, room.parent):
        (folder / "__init__.py").touch()
    (room / "lambda_handler.py").write_text("from services.enrollments import reached\n")
    (room / "reached.py").write_text("def late():\n    import services.enrollments.reached_late\n")
    (room / "reached_late.py").touch()
    (room / "never_reached.py").touch()
    (room / "words.json").write_text("[]")
    (room / "README.md").write_text("read me")
    (room / "rows").mkdir()
    (room / "rows" / "levels.tsv").write_text("beginner\tIntroductory\n")
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n")
    return tmp_path


def package(root: Path) -> str:
    done = subprocess.run(  # noqa: S603 - this interpreter, a module of ours
        [sys.executable, "-m", "infra_pulumi.package", "enrollments", "--root", str(root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def ours(root: Path) -> set[str]:
    with zipfile.ZipFile(zip_path("enrollments", root)) as archive:
        return {name for name in archive.namelist() if name.startswith(("services/", "openapi"))}


def test_imports_its_handler_from_the_zip_alone(zipped: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path)
    lines = (
        "import sys",
        f"sys.path.insert(0, {str(tmp_path)!r})",
        f"from services.{zipped.stem} import lambda_handler",
        "assert callable(lambda_handler.handler)",
    )
    # -S: without site-packages, which would lend what the zip lacks.
    program = [sys.executable, "-I", "-S", "-W", "error", "-c", "\n".join(lines)]
    # The settings that the program gives every function; nothing is called while importing.
    told = ["ALGOLIA_SECRET", "DATABASE_SECRET", "IDENTITY_SECRET", "IDENTITY_ISSUER", "IDENTITY_AUDIENCE"]
    told += ["ALGOLIA_APP_ID", "ALGOLIA_INDEX"]
    environment = {**os.environ, **dict.fromkeys(told, "invented")}
    subprocess.run(program, check=True, cwd=tmp_path, env=environment)  # noqa: S603 - this interpreter


def test_holds_neither_compiled_files_nor_tests_nor_other_lambdas(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dylib", ".pyc"))]
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]
    others = {room for room in ROOMS if room != zipped.stem}
    assert not [name for name in names if name.startswith("services/") and name.split("/")[1] in others]
    assert "openapi.yaml" in names


def test_is_small_enough_to_upload(zipped: Path) -> None:
    assert zipped.stat().st_size <= LIMIT_BYTES


def test_keeps_the_licences_of_what_it_carries(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        names = archive.namelist()
    assert any(name.startswith("flask-") and "LICENSE" in name for name in names)


def test_takes_only_what_the_handler_reaches_even_inside_functions(little_tree: Path) -> None:
    package(little_tree)
    assert ours(little_tree) == {
        "openapi.yaml",
        "services/__init__.py",
        "services/enrollments/__init__.py",
        "services/enrollments/lambda_handler.py",
        "services/enrollments/reached.py",
        "services/enrollments/reached_late.py",
        "services/enrollments/rows/levels.tsv",
        "services/enrollments/words.json",
    }


def test_is_byte_identical_when_built_again(little_tree: Path) -> None:
    package(little_tree)
    first = zip_path("enrollments", little_tree).read_bytes()
    zip_path("enrollments", little_tree).unlink()
    assert ": built" in package(little_tree)
    assert zip_path("enrollments", little_tree).read_bytes() == first


def test_leaves_an_unchanged_zip_alone_and_rebuilds_a_changed_or_damaged_one(little_tree: Path) -> None:
    package(little_tree)
    assert ": unchanged" in package(little_tree)
    (little_tree / "services/enrollments/reached.py").write_text("answer = 42\n")
    assert ": built" in package(little_tree)
    zip_path("enrollments", little_tree).write_bytes(b"half a zip")
    assert ": built" in package(little_tree)
    assert zipfile.is_zipfile(zip_path("enrollments", little_tree))


def test_skips_a_room_without_a_handler(tmp_path: Path) -> None:
    assert build("advisor", tmp_path) is None


def test_refuses_compiled_code_that_has_no_pure_equivalent(tmp_path: Path) -> None:
    (tmp_path / "fast").mkdir()
    (tmp_path / "fast" / "core.cpython-313-x86_64-linux-gnu.so").touch()
    with pytest.raises(PackagingFailed, match="pure Python"):
        files(tmp_path)
