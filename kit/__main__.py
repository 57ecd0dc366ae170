"""`python -m kit`: one archive for a room with bad wifi (docs/kit.md). Only making it needs the network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from documentation.site import build as build_pages
from infra_pulumi.checkout.version import add_version, version
from infra_pulumi.package.build import ROOMS, build
from kit.archive import write
from kit.contents import as_in_the_kit
from kit.locked import GROUPS, NotLocked, Wanted, locked, wanted
from kit.platforms import PLATFORMS, PYTHONS, Platform
from kit.proof import NotProven, prove
from kit.wheels import NotFetched, fetch

ROOT = Path(__file__).resolve().parents[1]


def parser() -> argparse.ArgumentParser:
    """Make the command line."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    made = argparse.ArgumentParser(prog="python -m kit", description=(__doc__ or "").partition(":")[2].strip())
    add_version(made)
    names = [platform.name for platform in PLATFORMS]
    made.add_argument("--platform", action="append", choices=names, help="a system (again for more; default: all five)")
    made.add_argument("--python", action="append", choices=PYTHONS, help=f"a Python (again for more; default: {here})")
    made.add_argument(
        "--list", action="store_true", help="say what each system would get, of all Pythons; write nothing"
    )
    made.add_argument("--try", dest="proven", type=Path, metavar="FILE",
                      help="install from this kit without a network, start a sandbox, ask it; make none")  # fmt: skip
    made.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "kit", help="default: build/kit")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Make the kit. Exit codes: 0 made, 1 something is missing (it is said), 2 wrong usage."""
    options = parser().parse_args(arguments)
    pythons = options.python or [f"{sys.version_info[0]}.{sys.version_info[1]}"]
    platforms = [one for one in PLATFORMS if not options.platform or one.name in options.platform]
    try:
        if options.list:
            show(platforms)
            return 0
        if options.proven:
            print(prove(options.proven))
            return 0
        target = make(platforms, pythons, options.folder.resolve())
        print(f"{target}: {target.stat().st_size / 1e6:.0f} MB, for {', '.join(one.name for one in platforms)}, "
              f"Python {', '.join(pythons)}. Unpack it, then: python course.py install")  # fmt: skip
    except (NotLocked, NotFetched, NotProven) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def make(platforms: Sequence[Platform], pythons: Sequence[str], folder: Path) -> Path:
    """Get every wheel and write the archive; gives its path."""
    groups = {group: locked(ROOT, group) for group in GROUPS}
    systems: dict[str, Mapping[str, Sequence[Wanted]]] = {}
    for platform in platforms:
        for python in pythons:
            systems[f"{platform.name}-{python}"] = {
                group: fetch(wanted(packages, platform, python), platform, python, folder / "wheels")
                for group, packages in groups.items()
            }
    for room in ROOMS:
        build(room, ROOT)
    build_pages(ROOT, folder / "pages", as_in_the_kit)
    target = folder / f"coursematch-kit-{version()}.zip"
    write(target, ROOT, systems, folder / "wheels", folder / "pages")
    return target


def show(platforms: Sequence[Platform]) -> None:
    """Print how much each system's kit would hold."""
    groups = {group: locked(ROOT, group) for group in GROUPS}
    for platform in platforms:
        for python in PYTHONS:
            found = [one for packages in groups.values() for one in wanted(packages, platform, python)]
            built = ", ".join(one.name for one in found if not one.file)
            size = sum(one.size for one in found) / 1e6
            print(f"{platform.name:<15} {python}  {len(found):>3} packages, {size:>4.0f} MB; built here: {built}")


if __name__ == "__main__":
    sys.exit(main())
