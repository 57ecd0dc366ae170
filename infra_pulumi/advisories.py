"""`python -m infra_pulumi.advisories`: ask OSV for known vulnerabilities of the lock; says so where it is away."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra_pulumi.checkout.version import add_version

ROOT = Path(__file__).resolve().parents[1]
AWAY = 3
"""The exit code where nothing was learned: OSV did not answer."""


def main(arguments: list[str]) -> int:
    """Audit the lock; 0 where nothing is known, uv's code where something is, 3 where OSV could not be asked."""
    parser = argparse.ArgumentParser(
        prog="python -m infra_pulumi.advisories", description="What else is typed goes to uv."
    )
    add_version(parser)
    _, arguments = parser.parse_known_args(arguments)
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    program = shutil.which("uv", path=search)
    if program is None:
        print("audit: uv is not installed: `nox -s audit` brings it.", file=sys.stderr)
        return AWAY
    done = subprocess.run(  # noqa: S603 - uv, and what the person typed
        [program, "audit", "--frozen", "--preview-features", "audit", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
        # uv's own three tries, for OSV and then for PyPI, keep a person without a network waiting for 50 seconds.
        env={"UV_HTTP_RETRIES": "1", **os.environ},
    )  # fmt: skip
    if done.returncode != 0 and any(
        said in done.stderr.lower() for said in ("request failed", "error sending request")
    ):
        print(
            "audit: OSV (api.osv.dev) could not be asked, so nothing is known of vulnerabilities in uv.lock; run it "
            "where the network reaches OSV, or name a mirror with `-- --service-url URL`.",
            file=sys.stderr,
        )
        return AWAY
    print(done.stdout, end="")
    print(done.stderr, end="", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
