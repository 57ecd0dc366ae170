"""`python -m benchmarks [algolia|sync|recommend|sandbox|scale] …`: run one benchmark, or each in turn."""

from __future__ import annotations

import runpy
import sys

from infra_pulumi.checkout.version import version

BENCHMARKS = ("algolia", "sync", "recommend", "sandbox", "scale")
"""`tracing` is none of them: it needs a running sandbox (`python -m benchmarks.tracing --state DIR`)."""


def main() -> None:
    """Run the benchmark that the first argument names, with the arguments after it; without one, run all."""
    named, rest = sys.argv[1:2], sys.argv[2:]
    if named == ["--version"]:
        print(f"coursematch {version()}")
        return
    if named and named[0] not in BENCHMARKS:
        sys.exit(f"{named[0]!r} is no benchmark: choose from {', '.join(BENCHMARKS)}.")
    for name in named or BENCHMARKS:
        sys.argv = [f"benchmarks.{name}", *rest]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
