"""Write the kit: one zip with one folder, from files, wheels and pages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.contents import content, files
from kit.locked import Wanted

SYSTEM = str
Groups = Mapping[str, Sequence[Wanted]]
BUILT = ("build/lambda", "build/wheels")
"""The Lambdas' zips, and what a changed one is built from without a network."""


def write(target: Path, root: Path, systems: Mapping[SYSTEM, Groups], wheels: Path, pages: Path) -> None:
    """Write the archive, whole or not at all. `systems` gives each group's packages by the system's name."""
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as kit:
        inside = target.stem
        for name in files(root):
            kit.writestr(f"{inside}/{name}", content(root, name))
        kit.write(root / "kit/course.py", f"{inside}/course.py")
        for folder, place in [(root / built, built) for built in BUILT] + [(pages, "build/docs")]:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    kit.write(path, f"{inside}/{place}/{path.relative_to(folder).as_posix()}")
        for system, groups in systems.items():
            for group, packages in groups.items():
                text = "".join(f"{one.requirement}\n" for one in packages)
                kit.writestr(f"{inside}/requirements/{system}/{group}.txt", text)
        told = {system: {"uv": _uv(groups)} for system, groups in systems.items()}
        kit.writestr(f"{inside}/kit.json", json.dumps({"systems": told}, indent=2))
        for file in sorted({one.file for groups in systems.values() for some in groups.values() for one in some}):
            kit.write(wheels / file, f"{inside}/wheels/{file}", zipfile.ZIP_STORED)  # a wheel is packed already
    draft.replace(target)


def _uv(groups: Groups) -> str:
    return next(one.file for one in groups["sandbox"] if one.name == "uv")
