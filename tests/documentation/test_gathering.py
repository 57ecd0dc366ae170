"""Pages are gathered with what they link to; a link that leads nowhere stops the building."""

from __future__ import annotations

from pathlib import Path

import pytest

from documentation.gathering import BrokenLink, gather, indented, pages


def repository(folder: Path, **texts: str) -> Path:
    for name, text in {"README.md": "# Us\n", **texts}.items():
        path = folder / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "root"


def test_brings_along_what_is_linked_to_and_leaves_out_solutions(tmp_path: Path) -> None:
    root = repository(tmp_path, **{
        "README.md": "[a](docs/page.md#part) [code](services/x.py) [web](https://example.org) [folder](docs/decisions)",
        "docs/page.md": "# Page\n[up](../README.md) [lesson](../lessons/01_one)\n",
        "docs/decisions/0001-one.md": "# 0001: One\n", "services/x.py": "x = 1\n",
        "lessons/01_one/lesson.md": "# One\n", "lessons/01_one/README.md": "# Folder\n",
        "lessons/solutions/01_one/notes.md": "# Secret\n",
    })  # fmt: skip
    site = tmp_path / "site"
    found = gather(root, site)
    assert Path("lessons/01_one/lesson.md") in found
    assert not any("solutions" in path.parts for path in (*found, *site.rglob("*")))
    first = (site / "README.md").read_text(encoding="utf-8")
    assert (
        "(docs/page.md#part) [code](services/x.py) [web](https://example.org) [folder](docs/decisions/index.md)"
        in first
    )
    assert (site / "services/x.py").is_file()
    assert "[0001: One](0001-one.md)" in (site / "docs/decisions/index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["gone.md", "docs/gone", "../outside.md"])
def test_refuses_a_link_that_leads_nowhere_or_out(tmp_path: Path, target: str) -> None:
    (tmp_path / "outside.md").write_text("# Not ours\n", encoding="utf-8")
    root = repository(tmp_path, **{"README.md": f"[x]({target})"})
    with pytest.raises(BrokenLink, match=r"README\.md links to"):
        gather(root, tmp_path / "site")


def test_indents_what_belongs_to_an_item_and_moves_fences_whole() -> None:
    text = "1. one\n   ```sh\n   a\n     b\n   ```\n   two\n- three\n  - four\n\n```\n   as it is\n```\n"
    assert indented(text) == (
        "1. one\n    ```sh\n    a\n      b\n    ```\n    two\n- three\n    - four\n\n```\n   as it is\n```\n"
    )


def test_finds_the_pages_of_this_repository() -> None:
    found = pages(Path(__file__).resolve().parents[2])
    assert {Path("README.md"), Path("docs/sandbox.md"), Path("lessons/README.md")} <= set(found)
    assert not any("solutions" in path.parts for path in found)
