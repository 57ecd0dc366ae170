"""The sync on the embedded substrate: as a step of the start, after it, and whenever it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.embedded.cluster import Cluster, Loaded, Serving
from sandbox.embedded.deployed_api import found_at
from sandbox.embedded.kubernetes.workloads import Workloads
from sandbox.embedded.reports import report_of
from sandbox.embedded.start import Start
from sandbox.embedded.training import train
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.readiness import NoAnswer, index_is_filled, index_mode, sync_progress

SYNC = "catalog-sync"
SHOW_EVERY = 1.0
"""Seconds between two looks at how far a sync is."""
AS_CHOSEN = {"SYNC_ALLOW_SHRINK": "true"}
"""A start loads what its user chose, so a catalogue that lost most of its courses is meant to."""


class CatalogSync:
    """The CronJob's Job, run when asked; `last_report` is what the latest run said last."""

    def __init__(self, workloads: Workloads, log: Path, endpoints: Mapping[str, Any]) -> None:
        self.last_report: dict[str, Any] | None = None
        self._workloads = workloads
        self._log = log
        self._endpoints = endpoints

    async def run(self, env: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, Any]]:
        """Run the sync now; yields how far it is (`{"progress": "…"}`) and its report, last. Raises `JobFailed`."""
        position = self._log.stat().st_size if self._log.exists() else 0
        job = asyncio.ensure_future(self._workloads.run_cron_job(SYNC, env))
        told = False
        try:
            while True:
                ended = job.done()
                lines, position = _new_lines(self._log, position)
                for report in filter(None, map(report_of, lines)):
                    self.last_report, told = report, True
                    yield report
                if ended:
                    break
                await asyncio.wait({job}, timeout=SHOW_EVERY)
                if not job.done() and not told:  # a process that has said its report takes a moment to end
                    with contextlib.suppress(NoAnswer):
                        yield {"progress": await sync_progress(self._endpoints)}
            await job
        finally:
            job.cancel()
            await asyncio.wait({job})  # a sync that is told to end gives its lock back, while the index still runs

    async def run_unseen(self, env: Mapping[str, str] | None = None) -> None:
        """Run the sync now, and say nothing. Raises `JobFailed`."""
        async for _ in self.run(env):
            pass

    async def run_after_another(self) -> None:
        """Run the sync once none is under way: what began before a save knows nothing of it. Raises `JobFailed`."""
        await self._workloads.ended(SYNC)
        await self.run_unseen()

    async def train(self, start: Start, *, kept: bool) -> None:
        """Learn from the enrollments which courses follow which, beside the index that it filled."""
        await train(start, self._workloads, kept=kept)

    def start_schedule(self) -> None:
        """Leave it to its schedule from now on."""
        self._workloads.start_schedules()

    def suspend(self, suspended: bool) -> None:
        """Let its moments pass without a sync, or no longer."""
        self._workloads.suspend(SYNC, suspended)

    def held(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Keep syncs waiting meanwhile, scheduled ones too; begins when the one that is under way has ended."""
        return self._workloads.held(SYNC)

    async def lacks_meaning(self) -> bool:
        """Tell whether the index is to have semantic search and has none yet: its vectors take half a minute."""
        wanted = self._workloads.cron_job(SYNC).job.pod.env.get("ALGOLIA_MODE") or "keywordSearch"
        if wanted != "neuralSearch":
            return False
        try:
            return await index_mode(self._endpoints) != "neuralSearch"
        except NoAnswer:  # no index yet
            return True

    async def finds_courses(self) -> bool:
        """Tell whether there is an index that holds any."""
        try:
            return await index_is_filled(self._endpoints)
        except NoAnswer:  # no index yet
            return False


@dataclass(frozen=True)
class Synced:
    """The index answers; `later` is what the start has left for afterwards."""

    sync: CatalogSync
    words: str
    later: str = ""


async def sync(start: Start, cluster: Cluster, loaded: Loaded, _: Serving, __: Serving) -> Synced:
    """Run the CronJob's Job once, then leave it to its schedule.

    Where data and index are kept from an earlier start, nothing new can be in it: then it runs after the start.
    """
    known = CatalogSync(cluster.workloads, start.state.logs / f"{SYNC}.log", found_at(start, ""))
    lacks_meaning = await known.lacks_meaning()
    if loaded.kept and not lacks_meaning and await known.finds_courses():
        return Synced(known, "index kept; a sync follows the start", later="sync")
    by_keywords = {"ALGOLIA_MODE": "keywordSearch"} if lacks_meaning else {}
    async for report in known.run(AS_CHOSEN | by_keywords):
        start.detail("sync", words_of(report))
    known.start_schedule()
    return Synced(known, words_of(known.last_report or {}), later="meaning" if lacks_meaning else "")


async def follow_up(start: Start, synced: Synced) -> None:
    """Do what the start left for later: a sync of kept data, the model of enrollments, the index's semantic leg."""
    kept = synced.later == "sync"
    if kept:
        try:
            await synced.sync.run_unseen(AS_CHOSEN)
        except SandboxProblem as problem:
            start.note(f"The sync after the start failed: {problem.what}")
        synced.sync.start_schedule()
    await synced.sync.train(start, kept=kept)
    if synced.later == "meaning":
        await _add_meaning(start, synced.sync)


async def _add_meaning(start: Start, sync: CatalogSync) -> None:
    """Give the index its semantic leg; until its first vectors are there questions are answered by keywords."""
    began = asyncio.get_running_loop().time()
    start.note("Semantic search is being prepared; until then answers go by words, and soon roughly by meaning.")
    try:
        await sync.run_unseen()
    except SandboxProblem as problem:
        start.note(f"Semantic search could not be prepared: {problem.what}")
        return
    seconds = asyncio.get_running_loop().time() - began
    start.note(f"Semantic search is ready, after {seconds:.0f} s.")


def words_of(report: Mapping[str, Any]) -> str:
    """Say a sync's report or progress in a few words."""
    counts = ("read", "created", "updated", "deleted", "unchanged")
    known = [f"{report[name]} {name}" for name in counts if name in report]
    return ", ".join(known) or str(report.get("progress", report.get("event", "")))


def _new_lines(log: Path, position: int) -> tuple[list[bytes], int]:
    """Give the whole lines after `position`, and where they end."""
    if not log.exists():
        return [], position
    position = 0 if log.stat().st_size < position else position  # rotated
    with log.open("rb") as file:
        file.seek(position)
        whole, end, _ = file.read().rpartition(b"\n")
    return whole.splitlines(), position + len(whole) + len(end)
