"""Ask a local process whether it is there, as a kubelet would (Kubernetes documentation, «Configure Liveness, …»)."""

from __future__ import annotations

import asyncio

from sandbox.embedded.kubernetes.objects import Probe
from sandbox.setup.loopback_http import status_of
from sandbox.setup.ports import LOOPBACK


async def passes(probe: Probe) -> bool:
    """Tell whether the probe succeeds within its timeout: HTTP 200-399, or a TCP connection."""
    if probe.url is not None:
        status = await status_of(probe.url, probe.timeout)
        return status is not None and 200 <= status < 400
    try:
        async with asyncio.timeout(probe.timeout):
            _, writer = await asyncio.open_connection(LOOPBACK, probe.port)
            writer.close()
            return True
    except (OSError, TimeoutError):
        return False
