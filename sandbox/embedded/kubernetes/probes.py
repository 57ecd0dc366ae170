"""Ask a local process whether it is there, as a kubelet would (Kubernetes documentation, «Configure Liveness, …»)."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

from sandbox.embedded.kubernetes.manifests import LOOPBACK, Probe


async def passes(probe: Probe) -> bool:
    """True when the probe succeeds within its timeout: HTTP 200-399, or a TCP connection."""
    try:
        async with asyncio.timeout(probe.timeout):
            if probe.url is not None:
                return 200 <= await http_status(probe.url) < 400
            _, writer = await asyncio.open_connection(LOOPBACK, probe.port)
            writer.close()
            return True
    except (OSError, TimeoutError, ValueError, EOFError):
        return False


async def http_status(url: str) -> int:
    """The status of one GET, over a connection of its own: no client library, no proxy, no waiting for a body."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        path = parts.path or "/"
        query = f"?{parts.query}" if parts.query else ""
        writer.write(f"GET {path}{query} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        words = (await reader.readline()).split()
        return int(words[1]) if len(words) > 1 else 0
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
