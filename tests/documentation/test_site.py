"""The site of this repository: whole, strict, without anything from elsewhere, and with the reference from the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documentation import site
from documentation.site import NotBuilt, build
from sandbox.console.built_docs import BuiltDocs, policy

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "docs"
    assert build(ROOT, folder) > 80
    return folder


def test_has_a_page_of_each_kind_and_a_search(built: Path) -> None:
    for page in ("index", "lessons/01_one_request/lesson", "docs/decisions/index", "GLOSSARY", "reference/api"):
        assert (built / f"{page}.html").is_file(), page
    assert "One request, from end to end" in (built / "search" / "search_index.json").read_text(encoding="utf-8")
    assert not list(built.rglob("*solutions*"))


def test_a_lessons_steps_are_one_list(built: Path) -> None:
    page = (built / "lessons/01_one_request/lesson.html").read_text(encoding="utf-8")
    steps = page.partition('id="steps"')[2].partition("<h2")[0]
    assert steps.count("<ol>") == 1


def test_loads_nothing_from_elsewhere(built: Path) -> None:
    for page in built.rglob("*.html"):
        loads = re.findall(r'<(?:script|img|iframe)[^>]+src="(https?:[^"]+)|<link[^>]+href="(https?:[^"]+)',
                           page.read_text(encoding="utf-8"))  # fmt: skip
        assert loads == [], page


def test_tells_commands_api_and_classes_as_the_code_has_them(built: Path) -> None:
    commands = (built / "reference/sandbox-commands.html").read_text(encoding="utf-8")
    assert "--port-base N" in commands
    assert "snapshot" in commands
    assert "/recommendations" in (built / "reference/api.html").read_text(encoding="utf-8")
    assert "refuse_next" in (built / "reference/algolia-mock.html").read_text(encoding="utf-8")


def test_a_broken_reference_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("# Us\n[x](#nowhere)\n", encoding="utf-8")
    monkeypatch.setattr(site, "write_reference", lambda *_: None)
    monkeypatch.setattr(site, "navigation", lambda: [{"Quickstart": "README.md"}])
    with pytest.raises(NotBuilt, match="nowhere"):
        build(tmp_path, tmp_path / "docs")


def test_the_sandbox_shows_its_files_and_no_others(built: Path) -> None:
    docs = BuiltDocs(built)
    first = docs.file("/docs/")
    assert first is not None
    assert first.kind == b"text/html; charset=utf-8"
    assert b"'sha256-" in policy(first)
    assert b"'unsafe-inline'" not in policy(first).partition(b"script-src")[2].partition(b";")[0]
    for path in ("/docs/../secrets.json", "/docs/%2e%2e/secrets.json", "/docs//etc/passwd", "/docs/gone.html"):
        assert docs.file(path) is None
    assert BuiltDocs(built / "gone").file("/docs/") is None
