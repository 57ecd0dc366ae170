"""The sync of a sandbox: told to end, it has ended before anything that it speaks with does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.embedded import syncing
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.embedded.syncing import CatalogSync


class SlowToEnd:
    """Workloads whose Job, told to end, still has a lock to give back."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.gave_back = False

    async def run_cron_job(self, name: str, env: Mapping[str, str] | None = None) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(20):
                await asyncio.sleep(0)
            self.gave_back = True


def test_waits_for_a_sync_that_is_told_to_end(tmp_path: Path) -> None:
    """A sync whose index ended first kept its lock, and no sync of the next start could run for five minutes."""

    async def start_and_stop() -> bool:
        workloads = SlowToEnd()
        sync = CatalogSync(cast(Workloads, workloads), tmp_path / "catalog-sync.log", {})
        task = asyncio.ensure_future(sync.run_unseen())
        await workloads.began.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return workloads.gave_back

    assert asyncio.run(start_and_stop())


class SlowToEndAfterItsReport:
    """Workloads whose Job has written its report, and is a while in ending."""

    def __init__(self, log: Path) -> None:
        self.log = log

    async def run_cron_job(self, name: str, env: Mapping[str, str] | None = None) -> None:
        self.log.write_text('{"event": "catalog_sync", "status": "ok", "updated": 3}\n')
        await asyncio.sleep(0.2)


def test_says_its_report_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a word of progress came behind it, and whoever read the last line had no report."""

    async def progress(_: Mapping[str, Any]) -> str:
        return "on its way"

    monkeypatch.setattr(syncing, "SHOW_EVERY", 0.01)
    monkeypatch.setattr(syncing, "sync_progress", progress)

    async def lines() -> list[dict[str, Any]]:
        log = tmp_path / "catalog-sync.log"
        sync = CatalogSync(cast(Workloads, SlowToEndAfterItsReport(log)), log, {})
        return [line async for line in sync.run()]

    assert asyncio.run(lines())[-1]["updated"] == 3
