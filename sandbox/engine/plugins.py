"""Our stand-ins where the Pulumi engine looks for its plugins: a home of its own, so that nothing is downloaded."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from sandbox.engine.provider.cloud import PACKAGES, sdk_version
from sandbox.setup.state import ROOT


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
