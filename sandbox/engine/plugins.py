"""Our stand-ins where the Pulumi engine looks for its plugins: a home of its own, so that nothing is downloaded."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from infra_pulumi.project_copy import program_environment
from sandbox.engine.provider.__main__ import ENDPOINT, FOLDER, KEY
from sandbox.engine.provider.cloud import PACKAGES, sdk_version
from sandbox.setup.aws_keys import AwsKeys
from sandbox.setup.state import ROOT


def environment(
    home: Path, state: Path, journal: Path, passphrase: str, endpoint: str, keys: AwsKeys
) -> dict[str, str]:
    """Give what the Pulumi CLI needs in its environment to keep its state in `state` and to find our stand-ins.

    They call the emulator at `endpoint`, and write what they were asked for into the folder `journal`.
    """
    return {
        **program_environment(),
        "PULUMI_HOME": str(install(home)),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": passphrase,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        FOLDER: str(journal),
        ENDPOINT: endpoint,
        KEY: keys.secret_access_key,
    }


def install(home: Path) -> Path:
    """Write a plugin for each provider into the Pulumi home `home`, under the version that our SDKs ask for."""
    for name in PACKAGES:
        folder = home / "plugins" / f"resource-{name}-v{sdk_version(name)}"
        folder.mkdir(parents=True, exist_ok=True)
        plugin = folder / f"pulumi-resource-{name}"
        command = shlex.join([sys.executable, "-m", "sandbox.engine.provider", name])
        plugin.write_text(
            f"#!/bin/sh\ncd {shlex.quote(str(ROOT))} && exec env PYTHONPATH={shlex.quote(str(ROOT))} {command}\n"
        )
        plugin.chmod(0o700)
    return home
