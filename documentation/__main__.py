"""`python -m documentation [FOLDER]`: build the documentation's site, offline and strictly (default: build/docs)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from documentation.gathering import BrokenLink
from documentation.site import NotBuilt, build
from infra_pulumi.checkout.version import add_version

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Build. Exit codes: 0 built, 1 a link or reference does not hold (each is said)."""
    parser = argparse.ArgumentParser(prog="python -m documentation", description=(__doc__ or "").partition(":")[2])
    add_version(parser)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "docs", metavar="FOLDER")
    folder: Path = parser.parse_args().folder.resolve()
    try:
        count = build(ROOT, folder)
    except (BrokenLink, NotBuilt) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{count} pages in {folder}: open index.html, or (with search) /docs/ of a sandbox started after this.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
