"""An ASGI wrapper that lets programs of this machine reach the emulator, and web pages not.

Creating a Lambda is running code, and the emulator accepts any Host and answers every preflight with `*`: without
this guard a page open in the user's browser could run code here. The deployed API's own routes stay open to every
origin, for they are a public API with a CORS policy of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# `*.localhost` never leaves the machine (RFC 6761, section 6.3), so no DNS rebinding is possible through it.
LOOPBACK_HOST = re.compile(rb"(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
DEPLOYED_API = re.compile(r"/(?:restapis/[^/]+/[^/]+/_user_request_|_aws/execute-api/[^/]+/[^/]+)(?:/|$)")
ADMIN = "/_ministack/"
SAFE = {"GET", "HEAD"}
MOST_QUEUES = 100


def refusal(scope: Scope) -> str | None:
    """Why a request must not pass, in a sentence for the caller; None if it may pass."""
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    hosts = headers.get(b"host", [])
    if len(hosts) != 1 or not LOOPBACK_HOST.fullmatch(hosts[0]):
        return "This emulator answers to localhost only: the Host header names another machine."
    if DEPLOYED_API.match(scope["path"]):
        return None
    if any(not _own(origin, hosts[0]) for origin in headers.get(b"origin", [])):
        return "Web pages of other origins may not call the emulated AWS."
    if any(site not in (b"none", b"same-origin") for site in headers.get(b"sec-fetch-site", [])):
        return "Other web pages may not call the emulated AWS, or embed its answers."
    if scope["path"].startswith(ADMIN) and scope["method"] not in SAFE:
        return "The emulator's administration is closed: stop and start the sandbox instead."
    return None


def _own(origin: bytes, host: bytes) -> bool:
    return origin.lower() == b"http://" + host.lower()


class Guard:
    """The emulator's application, with foreign requests refused (403) before it sees them."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it; the emulator's websockets are not used here and stay closed."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif (reason := refusal(scope)) is not None:
            await _refuse(send, reason)
        else:
            await self._application(scope, receive, send)


class Turnstile:
    """Lets so many calls of each path of the deployed API in at once; the rest wait their turn.

    The emulator starts a worker process for every call that finds none idle. A burst of fifty would start fifty
    interpreters on a laptop, or be throttled; in a queue it is answered in a second. Paths queue apart, since one
    function may call another's path while it is being waited for.
    """

    def __init__(self, application: Application, places: int) -> None:
        self._application = application
        self._queues: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(places))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, when there is room for it."""
        if scope["type"] == "http" and (api := DEPLOYED_API.match(scope["path"])):
            first_part = scope["path"][api.end() :].partition("/")[0][:64]
            if len(self._queues) > MOST_QUEUES:  # somebody walks through paths that do not exist
                first_part = ""
            async with self._queues[first_part]:
                await self._application(scope, receive, send)
        else:
            await self._application(scope, receive, send)


async def _refuse(send: Send, reason: str) -> None:
    body = json.dumps({"type": "about:blank", "title": "Forbidden", "status": 403, "detail": reason}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
