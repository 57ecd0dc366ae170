"""HTTP clients for our own ports: no proxy of the user's stands between, and nothing is encrypted on loopback."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable

import httpx

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused on loopback; reading certificates would cost 20 ms a client


def client(seconds: float) -> httpx.Client:
    """Make a client that waits this long for each part of an answer."""
    return httpx.Client(trust_env=False, verify=_NO_TLS, timeout=seconds)


def async_client(seconds: float) -> httpx.AsyncClient:
    """Make the same client for an event loop."""
    return httpx.AsyncClient(trust_env=False, verify=_NO_TLS, timeout=seconds)


async def status_of(url: str, seconds: float) -> int | None:
    """GET over a connection of its own, within so many seconds in all; gives the status, None for no answer."""
    try:
        async with asyncio.timeout(seconds), async_client(seconds) as http, http.stream("GET", url) as response:
            return response.status_code
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return None


def answers_within(seconds: float, url: str, alive: Callable[[], bool] = lambda: True) -> bool:
    """Wait until `url` answers 200; False after so many seconds, or when `alive` says that nobody is there any more."""
    until = time.monotonic() + seconds
    with client(2) as http:
        while time.monotonic() < until and alive():
            try:
                if http.get(url).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    return False
