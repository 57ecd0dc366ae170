"""The one typed reference through which the platform stack's outputs feed the system's program."""

from __future__ import annotations

from typing import Any

import pulumi


class PlatformReference:
    """The outputs of the platform stack `name` (`organization/coursematch-platform/aws`)."""

    def __init__(self, name: str) -> None:
        self._stack = pulumi.StackReference(name)

    @property
    def kubeconfig(self) -> pulumi.Output[str]:
        """How to reach the cluster, with the caller's AWS identity."""
        return self._output("kubeconfig")

    @property
    def lambda_subnet_ids(self) -> pulumi.Output[list[str]]:
        """The private subnets that functions join."""
        return self._output("lambdaSubnetIds")

    @property
    def lambda_security_group_ids(self) -> pulumi.Output[list[str]]:
        """The security groups that let functions reach the database."""
        return self._output("lambdaSecurityGroupIds")

    @property
    def function_boundary_arn(self) -> pulumi.Output[str]:
        """The permissions boundary of every function's role: without it the pipeline may make none."""
        return self._output("functionBoundaryArn")

    @property
    def image_prefix(self) -> pulumi.Output[str]:
        """The registry and path before an image's name (`…amazonaws.com/coursematch/`)."""
        return self._output("imagePrefix")

    def _output(self, name: str) -> pulumi.Output[Any]:
        return self._stack.require_output(name)
