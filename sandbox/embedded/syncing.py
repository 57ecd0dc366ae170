"""The sync on the embedded substrate: as a step of the start, after it, and whenever it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from sandbox.embedded.parts import Embedded, json_of, running
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.readiness import NoAnswer, index_is_filled, index_mode, sync_progress

SYNC = "catalog-sync"
SHOW_EVERY = 1.0
"""Seconds between two looks at how far a sync is."""
AS_CHOSEN = {"SYNC_ALLOW_SHRINK": "true"}
"""A start loads what its user chose, so a catalogue that lost most of its courses is meant to."""


async def sync(sandbox: Embedded) -> str:
    """Run the CronJob's Job once, then leave it to its schedule.

    Where data and index are kept from an earlier start, nothing new can be in it: then it runs after the start.
    """
    sandbox.semantic_later = await _wants_vectors(sandbox)
    if sandbox.data_kept and not sandbox.semantic_later and await _is_filled(sandbox):
        sandbox.sync_later = True
        return "index kept; a sync follows the start"
    changes = dict(AS_CHOSEN)
    if sandbox.semantic_later:
        changes["ALGOLIA_MODE"] = "keywordSearch"
    async for line in run_sync(sandbox, changes):
        sandbox.progress.detail("sync", words_of(line))
    running(sandbox).start_schedules()
    return words_of(sandbox.sync_report or {})


async def _wants_vectors(sandbox: Embedded) -> bool:
    """True when the index is to have semantic search and has none yet: its vectors take half a minute to make."""
    if _mode(sandbox) != "neuralSearch":
        return False
    try:
        return await asyncio.to_thread(index_mode, sandbox.endpoints()) != "neuralSearch"
    except NoAnswer:  # no index yet
        return True


async def _is_filled(sandbox: Embedded) -> bool:
    try:
        return await asyncio.to_thread(index_is_filled, sandbox.endpoints())
    except NoAnswer:  # no index yet
        return False


async def follow_up(sandbox: Embedded) -> None:
    """Do what the start left for later: a sync of kept data, or the index's semantic leg."""
    if sandbox.sync_later:
        try:
            async for _ in run_sync(sandbox, AS_CHOSEN):
                pass
        except SandboxProblem as problem:
            sandbox.progress.note(f"The sync after the start failed: {problem.what}")
        running(sandbox).start_schedules()
    elif sandbox.semantic_later:
        await _make_semantic(sandbox)


async def _make_semantic(sandbox: Embedded) -> None:
    """Give the index its semantic leg; until then questions are answered by keywords."""
    began = asyncio.get_running_loop().time()
    sandbox.progress.note("Semantic search is being prepared; until then questions are answered by keywords.")
    try:
        async for _ in run_sync(sandbox):
            pass
    except SandboxProblem as problem:
        sandbox.progress.note(f"Semantic search could not be prepared: {problem.what}")
        return
    seconds = asyncio.get_running_loop().time() - began
    sandbox.progress.note(f"Semantic search is ready, after {seconds:.0f} s.")


async def run_sync(sandbox: Embedded, env: Mapping[str, str] | None = None) -> AsyncIterator[dict[str, Any]]:
    """Run the sync now; yields how far it is (`{"progress": "…"}`) and its report, last. Raises `JobFailed`."""
    log = sandbox.state.logs / f"{SYNC}.log"
    position = log.stat().st_size if log.exists() else 0
    job = asyncio.ensure_future(running(sandbox).run_cron_job(SYNC, env))
    try:
        while True:
            ended = job.done()
            if log.exists():
                position = 0 if log.stat().st_size < position else position  # rotated
                with log.open("rb") as file:
                    file.seek(position)
                    whole, _, _ = file.read().rpartition(b"\n")
                position += len(whole) + 1 if whole else 0
                for line in map(json_of, whole.splitlines()):
                    if line:
                        sandbox.sync_report = line
                        yield line
            if ended:
                break
            await asyncio.wait({job}, timeout=SHOW_EVERY)
            if not job.done():
                with contextlib.suppress(NoAnswer):
                    yield {"progress": await asyncio.to_thread(sync_progress, sandbox.endpoints())}
        await job
    finally:
        job.cancel()


def words_of(report: dict[str, Any]) -> str:
    """A sync's report or progress in a few words."""
    counts = ("read", "created", "updated", "deleted", "unchanged")
    known = [f"{report[name]} {name}" for name in counts if name in report]
    return ", ".join(known) or str(report.get("progress", report.get("event", "")))


def _mode(sandbox: Embedded) -> str:
    """The mode of search that the CronJob's manifest asks for."""
    cron_job = running(sandbox).cron_job(SYNC)
    return cron_job.job.pod.env.get("ALGOLIA_MODE") or "keywordSearch"
