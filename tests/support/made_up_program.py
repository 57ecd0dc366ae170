"""`python -m tests.support.made_up_program`: answers what a program does with settings that no list of ours names."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from infra_pulumi.components.secret import Secret as KeptSecret
from infra_pulumi.components.secret import SecretConfig
from infra_pulumi.program_runner import Recording, run
from infra_pulumi.program_worker import serve
from infra_pulumi.stack_config import StackConfig


def program() -> None:
    """Use a made-up secret in every way that our programs use one, and a plain setting beside it."""
    config = StackConfig()
    secret, plain = config.secret("madeUpKey"), config.text("madeUpName")
    KeptSecret("kept", SecretConfig("Made up", {"key": secret, "name": plain}), pulumi.ResourceOptions())
    mounted = {"MADE_UP_KEY": secret, "MADE_UP_URL": pulumi.Output.concat("http://", plain, ":", secret, "@host/")}
    kubernetes.core.v1.Secret("mounted", metadata={"name": "mounted"}, string_data=mounted)
    kubernetes.core.v1.ConfigMap("told", metadata={"name": "told"}, data={"NAME": plain})
    pulumi.export("key", secret)
    pulumi.export("name", plain)


def answer(settings: dict[str, Any]) -> dict[str, Any]:
    """Run it, and say what was registered and exported."""
    recording = Recording()
    outputs = run(program, "coursematch", "embedded", settings, recording)
    inputs = {f"{found.type} {found.name}": found.inputs for found in recording.registered}
    return {"outputs": outputs, "inputs": inputs}


if __name__ == "__main__":
    serve(answer)
