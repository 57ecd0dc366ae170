"""Copy the pages into one folder, where they lie as in the repository, so that their links hold as they are.

What a page links to beside pages (pictures, a contract, a module) comes along as a file. A link to a folder leads to
its README or index; a folder without either gets a list of its pages. Solutions of lessons stay out.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?(\))")
PAGES = ("*.md", "docs/**/*.md", "lessons/README.md", "lessons/[0-9]*/lesson.md", "lessons/[0-9]*/hints.md",
         "notebooks/README.md", "services/*/README.md", "fixtures/README.md")  # fmt: skip


class BrokenLink(Exception):
    """A page links to what is not there."""


def pages(root: Path) -> list[Path]:
    """List the pages, relative to the repository."""
    return sorted({path.relative_to(root) for pattern in PAGES for path in root.glob(pattern)})


def gather(root: Path, site: Path) -> list[Path]:
    """Fill an empty folder with all pages and what they link to; gives the pages. Raises `BrokenLink`."""
    found = pages(root)
    for page in found:
        text = (root / page).read_text(encoding="utf-8")
        target = site / page
        target.parent.mkdir(parents=True, exist_ok=True)
        led = LINK.sub(partial(_led, root=root, site=site, page=page), text)
        target.write_text(indented(led), encoding="utf-8")
    return found


def indented(text: str) -> str:
    """Indent what belongs to a list's item by four: GitHub takes two or three, the generator does not.

    A fence moves as a whole, by as much as its first line; one that stands at the margin stays as it is.
    """
    lines, moved, fence = [], 0, ""
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        opens = line[depth : depth + 3] if line[depth:].startswith(("```", "~~~")) else ""
        if not fence:
            moved = -depth % 4 if depth > 1 else 0
        fence = ("" if opens == fence else fence) if fence else opens
        lines.append(" " * moved + line if line.strip() else line)
    return "\n".join(lines)


def _led(link: re.Match[str], root: Path, site: Path, page: Path) -> str:
    """Give the link as it must be in the site."""
    before, target, part, after = link[1], link[2], link[3] or "", link[4]
    path = Path(os.path.normpath(page.parent / target))
    whole = root / path
    if not whole.exists() or path.parts[:1] == ("..",):
        raise BrokenLink(f"{page} links to {target}, which is not there")
    if whole.is_dir():
        path = next((path / name for name in ("README.md", "index.md") if (whole / name).exists()), None) or _listed(
            root, site, path
        )
    elif path.suffix == ".md":
        if path not in pages_of(root):
            _copied(root, site, path)
    else:
        _copied(root, site, path)
    return f"{before}{Path(os.path.relpath(path, page.parent)).as_posix()}{part}{after}"


def pages_of(root: Path) -> frozenset[Path]:
    """Name the pages, once for each repository."""
    if root not in _known:
        _known[root] = frozenset(pages(root))
    return _known[root]


_known: dict[Path, frozenset[Path]] = {}


def _copied(root: Path, site: Path, path: Path) -> None:
    (site / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / path, site / path)


def _listed(root: Path, site: Path, folder: Path) -> Path:
    """Write a list of what a folder holds: its pages with their titles, else its files."""
    index = site / folder / "index.md"
    index.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"# {folder.name.replace('_', ' ').capitalize()}", "", *_entries(root / folder)]
    index.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "index.md"


def _entries(folder: Path) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".md":
            title = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            yield f"- [{title}]({path.name})"
        elif path.is_file():
            yield f"- `{path.name}`"
