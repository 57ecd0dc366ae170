"""`python -m infra_pulumi.policies.check`: the policy pack over everything both programs declare, without the CLI.

Says too what a type of resource does not take, by the SDKs' own classes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator

from infra_pulumi.checkout.version import add_version
from infra_pulumi.examples import LEFT_OPEN, resources
from infra_pulumi.policies.property_types import wrong_properties
from infra_pulumi.policies.rules import RULES
from infra_pulumi.program_runner import Registered


def violations(declared: Iterable[Registered]) -> list[str]:
    """Give what the rules find wrong, a sentence each."""
    return [
        f"{resource.type} {resource.name} {wrong}"
        for resource in declared
        if not resource.is_component
        for wrong in _wrong(resource)
    ]


def _wrong(resource: Registered) -> Iterator[str]:
    for rule in RULES:
        for wrong in rule(resource.type, resource.inputs):
            yield f"{wrong} ({rule.__name__})"
    if not resource.type.startswith("pulumi:"):
        yield from wrong_properties(resource.type, resource.inputs)


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
