"""The loops of the search service, compiled on a new machine while everything else starts."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from sandbox.embedded.start import Start
from sandbox.processes.process_spec import ProcessSpec, base_environment
from sandbox.setup.state import ROOT

KERNELS = ROOT / "services" / "mock_algolia" / "engine" / "kernels"


@dataclass(frozen=True)
class Loops:
    """They are compiled, unless the machine has no place to keep them: then the service compiles them itself."""

    words: str


async def loops(start: Start) -> Loops:
    """Compile them unless an earlier start did: ten seconds of CPU that the search service need not spend later."""
    if _compiled():
        return Loops("unchanged")
    argv = (sys.executable, "-m", "services.mock_algolia.warm_up")
    code = await start.supervisor.run(ProcessSpec("loops", argv, env=base_environment()))
    return Loops("compiled" if code == 0 else "not compiled; see the log")


def _compiled() -> bool:
    """Tell whether numba has kept machine code for this Python since a loop was changed last."""
    python = f"*py{sys.version_info.major}{sys.version_info.minor}.*"
    kept = [path.stat().st_mtime for path in (KERNELS / "__pycache__").glob(f"{python}nbi")]
    return bool(kept) and max(kept) >= max(path.stat().st_mtime for path in KERNELS.glob("*.py"))
