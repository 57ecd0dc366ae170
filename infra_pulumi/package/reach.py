"""Which of our files a Lambda needs, read from the import graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
from grimp import ImportGraph

# Not needed at run time, wherever they lie.
LEFT_OUT = (".md", ".pyc")


def imports(root: Path) -> ImportGraph:
    """Read which module of `services` imports which, as the files are now."""
    sys.path.insert(0, str(root))
    try:
        return grimp.build_graph("services", cache_dir=None)
    finally:
        sys.path.remove(str(root))


def sources(room: str, root: Path, entry: str = "lambda_handler", known: ImportGraph | None = None) -> dict[str, Path]:
    """List our files in `room`'s zip, by their name in it: what its `entry` reaches, data files, `openapi.yaml`.

    Imports inside functions count. A package that is reached brings its data files (not other packages'). Who asks for
    several rooms reads the imports once and gives them as `known`.
    """
    modules = _reached(f"services.{room}.{entry}", known or imports(root))
    found: dict[str, Path] = {}
    for module in modules:
        path = root.joinpath(*module.split("."))
        if path.is_dir():
            found |= {data.relative_to(root).as_posix(): data for data in _data_files(path)}
            path = path / "__init__.py"
        else:
            path = path.with_suffix(".py")
        if path.is_file():  # a namespace package has no file of its own
            found[path.relative_to(root).as_posix()] = path
    contract = root / "openapi.yaml"
    if contract.is_file():
        found["openapi.yaml"] = contract
    return found


def _data_files(package: Path) -> Iterator[Path]:
    """Give the data files of a package, those in its folders that are no packages too."""
    for path in package.iterdir():
        if path.is_dir() and path.name != "__pycache__" and not any(path.glob("*.py")):
            yield from _data_files(path)
        elif path.is_file() and path.suffix != ".py" and not path.name.endswith(LEFT_OUT):
            yield path


def _reached(handler: str, graph: ImportGraph) -> set[str]:
    reached = {handler} | graph.find_upstream_modules(handler)
    packages = {module.rsplit(".", depth)[0] for module in reached for depth in range(1, module.count(".") + 1)}
    for package in packages - reached:  # importing a module runs its packages' __init__, and what those import
        reached |= {package} | (graph.find_upstream_modules(package) if package in graph.modules else set())
    return reached | {module.rsplit(".", depth)[0] for module in reached for depth in range(1, module.count(".") + 1)}
