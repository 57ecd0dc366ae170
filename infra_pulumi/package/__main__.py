"""`python -m infra_pulumi.package [ROOM…]`: build the Lambda zips into `build/lambda/`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra_pulumi.checkout.version import add_version
from infra_pulumi.package.build import ROOMS, PackagingFailed, build

ROOT = Path(__file__).resolve().parents[2]


def main(argv: list[str] | None = None) -> int:
    """Build each named room's zip (all of them by default) and say what was done; 1 if one could not be built."""
    parser = argparse.ArgumentParser(prog="python -m infra_pulumi.package", description=__doc__)
    add_version(parser)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"one or more of {', '.join(ROOMS)}; default: all")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository to package (default: this one)")
    options = parser.parse_args(argv)
    unknown = sorted(set(options.rooms) - set(ROOMS))
    if unknown:
        parser.error(f"no such Lambda: {', '.join(unknown)} (there are {', '.join(ROOMS)})")
    for room in options.rooms or ROOMS:
        try:
            built = build(room, options.root)
        except PackagingFailed as failure:
            print(f"{room}: {failure}", file=sys.stderr)
            return 1
        if built is None:
            print(f"{room}: no services/{room}/lambda_handler.py yet, skipped")
        else:
            state = "unchanged" if built.unchanged else "built"
            print(f"{room}: {state}, {built.path.stat().st_size / 1e6:.1f} MB, sha256 {built.sha256[:12]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
