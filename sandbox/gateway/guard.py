"""An ASGI wrapper that lets the holder of the sandbox's AWS keys reach the emulator, and nobody else.

Creating a Lambda is running code, and the emulator takes any key, accepts any Host and answers every preflight with
`*`: without this guard another user of the machine, or a page open in the browser, could run code here. The deployed
API's own routes stay open to all, for they are a public API with a CORS policy of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# `*.localhost` never leaves the machine (RFC 6761, section 6.3), so no DNS rebinding is possible through it.
LOOPBACK_HOST = re.compile(rb"(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
# The emulator also routes by names such as lambda.us-east-1.localhost: open paths are open under these only.
PLAIN_HOST = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
DEPLOYED_API = re.compile(r"/(?:restapis/[^/]+/[^/]+/_user_request_|_aws/execute-api/[^/]+/[^/]+)(?:/|$)")
NOT_PLAIN = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|[\\\x00]")
ADMIN = "/_ministack/"
HEALTH = ("/_ministack/health", "/_localstack/health")
SAFE = {"GET", "HEAD"}
MOST_QUEUES = 100
MOST_BYTES = 100 * 1024 * 1024
"""A Lambda's zip may have 50 MB (Lambda quotas), and comes in base64."""


@dataclass(frozen=True)
class Call:
    """A call of the control plane as it came: path and query undecoded, headers by lower-case name, joined."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


Fault = Callable[[Call], str | None]


def refusal(scope: Scope) -> str | None:
    """Say why a request must not pass, whoever sent it, in a sentence for the caller; None if it may."""
    headers: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    hosts = headers.get(b"host", [])
    if len(hosts) != 1 or not LOOPBACK_HOST.fullmatch(hosts[0]):
        return "This emulator answers to localhost only: the Host header names another machine."
    if is_open(scope):
        return None
    if any(not _own(origin, hosts[0]) for origin in headers.get(b"origin", [])):
        return "Web pages of other origins may not call the emulated AWS."
    if any(site not in (b"none", b"same-origin") for site in headers.get(b"sec-fetch-site", [])):
        return "Other web pages may not call the emulated AWS, or embed its answers."
    if scope["path"].startswith(ADMIN) and scope["method"] not in SAFE:
        return "The emulator's administration is closed: stop and start the sandbox instead."
    return None


def is_open(scope: Scope) -> bool:
    """Tell whether a request needs no keys: it asks the deployed API, or for the emulator's health."""
    hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
    if not all(PLAIN_HOST.fullmatch(host) for host in hosts) or NOT_PLAIN.search(scope["path"]):
        return False
    return bool(DEPLOYED_API.match(scope["path"])) or (scope["method"] in SAFE and scope["path"] in HEALTH)


def _own(origin: bytes, host: bytes) -> bool:
    return origin.lower() == b"http://" + host.lower()


class Guard:
    """The emulator's application behind two questions: may anybody ask this, and did the holder of the keys ask it?

    `fault` says why a call is not signed with the sandbox's keys (None: it is).
    """

    def __init__(self, application: Application, fault: Fault) -> None:
        self._application = application
        self._fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it; the emulator's websockets are not used here and stay closed."""
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif (reason := refusal(scope)) is not None:
            await _refuse(send, reason)
        elif is_open(scope):
            await self._application(scope, receive, send)
        else:
            await self._signed(scope, receive, send)

    async def _signed(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (body := await small_body(receive, MOST_BYTES)) is None:
            return
        if (fault := self._fault(_call(scope, body))) is not None:
            await _refuse(send, f"The emulated AWS wants this sandbox's keys: {fault}. {HOW_TO_SIGN}")
            return
        events = iter(({"type": "http.request", "body": body, "more_body": False},))

        async def again() -> MutableMapping[str, Any]:
            return next(events, None) or await receive()

        await self._application(scope, again, send)


HOW_TO_SIGN = (
    "They are made at every start and stand in the state folder, for its owner to read: "
    "`AWS_CONFIG_FILE=.sandbox/run/aws-config aws --profile sandbox sts get-caller-identity`."
)


def _call(scope: Scope, body: bytes) -> Call:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        known = name.decode("latin-1").lower()
        text = value.decode("utf-8", "surrogateescape")
        headers[known] = f"{headers[known]},{text}" if known in headers else text
    path, query = (scope[part].decode("latin-1") for part in ("raw_path", "query_string"))
    return Call(scope["method"], path, query, headers, body)


async def small_body(receive: Receive, most_bytes: int) -> bytes | None:
    """Read a body; None when the caller left, or sends more."""
    chunks: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        size += len(event.get("body", b""))
        if event["type"] == "http.disconnect" or size > most_bytes:
            return None
        chunks.append(event.get("body", b""))
        if not event.get("more_body", False):
            return b"".join(chunks)


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
    document = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": reason}
    # As AWS's own clients read an error, beside what people read.
    body = json.dumps({**document, "__type": "AccessDeniedException", "message": reason}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-errortype", b"AccessDeniedException"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
