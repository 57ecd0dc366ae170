"""Physical names: said by us, never made up by an engine, so that every substrate has the same ones."""

from __future__ import annotations

import pulumi


def physical(*parts: str, separator: str = "-") -> str:
    """Give the physical name of a resource: project, stack, then what it is (`coursematch-aws-enrollments`)."""
    return separator.join((pulumi.get_project(), pulumi.get_stack(), *parts))
