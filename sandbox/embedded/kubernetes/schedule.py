"""When a CronJob runs: Kubernetes' rules over cronsim's expressions. Pure; the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from sandbox.embedded.kubernetes.objects import CronJob, UnsupportedManifest

MACROS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """What to do at one moment: `run` the schedule's latest moment or not, and when to look again."""

    run: bool
    next_at: datetime


def next_run(cron_job: CronJob, after: datetime) -> datetime:
    """Give the first moment of the schedule after `after` (aware). Raises `UnsupportedManifest`."""
    try:
        # Windows has no zone files; UTC needs none.
        zone = UTC if cron_job.time_zone in ("UTC", "Etc/UTC") else ZoneInfo(cron_job.time_zone)
        expression = MACROS.get(cron_job.schedule.strip(), cron_job.schedule.strip())
        if len(expression.split()) != 5:
            raise CronSimError("a schedule has five fields")
        return next(CronSim(expression, after.astimezone(zone)))
    except (CronSimError, ZoneInfoNotFoundError, StopIteration) as error:
        raise UnsupportedManifest(f"CronJob/{cron_job.name}: schedule «{cron_job.schedule}»: {error}") from error


def due(cron_job: CronJob, since: datetime, now: datetime, running: bool) -> Due:
    """Decide at `now` about the moments of the schedule after `since`.

    Only the latest missed moment counts. It is skipped when it lies more than `startingDeadlineSeconds` back (a laptop
    that slept), when the CronJob is suspended, and when a run is under way and the policy is Forbid.
    """
    latest, upcoming = None, next_run(cron_job, since)
    while upcoming <= now:
        latest, upcoming = upcoming, next_run(cron_job, upcoming)
    if latest is None or cron_job.suspended or (running and cron_job.concurrency == "Forbid"):
        return Due(False, upcoming)
    deadline = cron_job.starting_deadline
    too_late = deadline is not None and now - latest > timedelta(seconds=deadline)
    return Due(not too_late, upcoming)
