"""One seam: a TCP proxy in front of a part that passes everything on, until it is asked for a fault.

    async with serving(Proxy(("127.0.0.1", 8083), lambda: Chance(Slow(2.0), rate=0.3))) as port: …
    with in_a_thread(proxy) as port: …

Without a fault bytes go through as they come, of whatever protocol (Postgres too). A fault is looked up at each message
of the caller, so it also meets connections that are kept open, and ends without one being closed. The part behind
knows nothing of it, nor does the caller: both see what a network and a failing neighbour would do.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from sandbox.faults.fault import Answers, Chance, CutsAfter, Down, Fault, Hangs, Rewrites, Says, Slow
from sandbox.faults.http_call import Call, answer, forward, read_call

LOOPBACK = "127.0.0.1"
CHUNK = 65536

Address = tuple[str, int]


class Proxy:
    """A seam in front of `upstream`. `chance` is asked at each message: None, or the fault of now.

    `dice` gives numbers from 0 to 1; below a fault's rate it hits.
    """

    def __init__(
        self, upstream: Address, chance: Callable[[], Chance | None], dice: Callable[[], float] = random.random
    ) -> None:
        self.upstream = upstream
        self.messages = 0
        """How many the callers have sent."""
        self._chance = chance
        self._dice = dice
        self._counting: Fault | None = None
        self._counted = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        try:
            await _Connection(self, reader, writer).pass_on()
        except (OSError, EOFError):
            writer.transport.abort()
        finally:
            writer.close()

    def fault(self) -> Fault | None:
        """Say what happens to the message that is there now, and count it."""
        self.messages += 1
        chance = self._chance()
        if chance is None or self._dice() >= chance.rate:
            return None
        return chance.fault

    def left(self, fault: CutsAfter, call: Call) -> int:
        """Count a call, and say how many a fault still lets through; below 0: this one was too many.

        Another fault counts anew.
        """
        if self._counting is not fault:
            self._counting, self._counted = fault, 0
        self._counted += self._counted > fault.requests or fault.path in call.target
        return fault.requests - self._counted


class _Connection:
    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._behind: asyncio.StreamWriter | None = None
        self._answered = True  # nothing is asked yet: what comes next begins a message
        self._back: asyncio.Task[None] | None = None

    async def pass_on(self) -> None:
        try:
            while chunk := await self._reader.read(CHUNK):
                if (
                    self._answered
                    and (fault := self._proxy.fault()) is not None
                    and await self._ends_with(fault, chunk)
                ):
                    return
                self._answered = False
                if self._behind is None:
                    self._behind = await self._connect()
                self._behind.write(chunk)
                await self._behind.drain()
        finally:
            if self._back is not None:
                self._back.cancel()
            if self._behind is not None:
                self._behind.close()

    async def _connect(self) -> asyncio.StreamWriter:
        reader, writer = await asyncio.open_connection(*self._proxy.upstream)
        self._back = asyncio.ensure_future(self._pass_back(reader))
        return writer

    async def _pass_back(self, reader: asyncio.StreamReader) -> None:
        try:
            while chunk := await reader.read(CHUNK):
                self._answered = True
                self._writer.write(chunk)
                await self._writer.drain()
            self._writer.close()
        except OSError:
            self._writer.transport.abort()

    async def _ends_with(self, fault: Fault, chunk: bytes) -> bool:
        """Let a fault happen to a message; True when that ended the connection."""
        match fault:
            case Slow(seconds):
                await asyncio.sleep(seconds)
                return False
            case Down():
                self._writer.transport.abort()
            case Hangs():
                while await self._reader.read(CHUNK):
                    pass
            case Says(words):
                if self._behind is not None:  # it is about new connections only
                    return False
                await self._write(words)
            case Answers() | Rewrites() | CutsAfter():
                call = await read_call(chunk, self._reader)
                left = self._proxy.left(fault, call) if isinstance(fault, CutsAfter) else 0
                answered = await self._answer(fault, call) if left >= -1 else b""
                if left < 0:
                    self._writer.transport.abort()
                else:
                    await self._write(answered)
        return True

    async def _answer(self, fault: Answers | Rewrites | CutsAfter, call: Call) -> bytes:
        if isinstance(fault, Answers):
            return answer(fault.status, json.dumps(fault.body).encode(), fault.headers)
        change = fault.change if isinstance(fault, Rewrites) else None
        return await forward(call, self._proxy.upstream, change)

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


@contextlib.asynccontextmanager
async def serving(proxy: Proxy, port: int = 0) -> AsyncIterator[int]:
    """Serve a proxy on loopback while the block runs; gives its port (0: one that is free)."""
    async with await asyncio.start_server(proxy.serve, LOOPBACK, port) as server:
        yield int(server.sockets[0].getsockname()[1])


@contextlib.contextmanager
def in_a_thread(proxy: Proxy, port: int = 0) -> Iterator[int]:
    """Serve a proxy from a thread of its own while the block runs: for tests and programs without an event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def stop_serving(manager: contextlib.AbstractAsyncContextManager[int]) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await manager.__aexit__(None, None, None)

    manager = serving(proxy, port)
    try:
        yield asyncio.run_coroutine_threadsafe(manager.__aenter__(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(stop_serving(manager), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
