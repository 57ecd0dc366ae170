"""`python -m infra_pulumi.policies.check`: the policy pack over everything both programs declare, without the CLI."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from infra_pulumi.checkout.version import add_version
from infra_pulumi.examples import LEFT_OPEN, resources
from infra_pulumi.policies.rules import RULES
from infra_pulumi.program_runner import Registered


def violations(declared: Iterable[Registered]) -> list[str]:
    """Give what the rules find wrong, a sentence each."""
    return [
        f"{resource.type} {resource.name} {wrong} ({rule.__name__})"
        for resource in declared
        if not resource.is_component
        for rule in RULES
        for wrong in rule(resource.type, resource.inputs)
    ]


def main() -> int:
    """Check every program on every substrate; prints what is wrong, and answers 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m infra_pulumi.policies.check", description=__doc__)
    add_version(parser)
    parser.parse_args()
    wrong = 0
    for project, stack in LEFT_OPEN:
        declared = resources(project, stack)
        found = violations(declared)
        wrong += len(found)
        print(f"{project} on {stack}: {len(declared)} resources, {len(RULES)} rules, {len(found)} violations")
        for sentence in found:
            print(f"  {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
