"""Read courses and runs from the database, a page at a time, as fast at a large catalogue's end as at its start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from services.lms.models import Course, CourseRun, Learner, Load

SEES_NOTHING = frozenset({"staff", "instructor"})
PERMISSIONS = SEES_NOTHING | {"see_exists", "see_in_catalog", "see_about_page", "load", "load_mobile", "enroll"}
"""The access checks that `permissions=` may name (lms/djangoapps/courseware/access.py)."""


@dataclass(frozen=True)
class RunFilter:
    """Which runs to list. `staff`: on behalf of staff, who see hidden runs and pass every permission."""

    staff: bool = False
    org: str = ""
    words: tuple[str, ...] = ()
    mobile: bool | None = None
    active_only: bool = False
    permissions: frozenset[str] = frozenset()
    course_keys: tuple[str, ...] = ()

    @property
    def depends_on_time(self) -> bool:
        return self.active_only or "enroll" in self.permissions

    @property
    def reads_course(self) -> bool:
        return bool(self.org or self.words)


@dataclass(frozen=True)
class CourseFilter:
    """Which courses course-discovery lists; those whose every run is hidden never are."""

    org: str = ""
    keys: tuple[str, ...] = ()


class CourseQueries:
    """Reads the catalogue. Counts are remembered until the catalogue is loaded anew."""

    COUNTS = 512

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._counts: dict[tuple[datetime | None, RunFilter | CourseFilter], int] = {}

    def count_runs(self, wanted: RunFilter, *, now: datetime) -> int:
        """Return how many runs there are to list."""
        query = select(func.count()).select_from(CourseRun)
        if wanted.reads_course:
            query = query.join(Course)
        query = query.where(*_run_conditions(wanted, now))
        with Session(self._engine) as session:
            if wanted.depends_on_time:
                return session.scalar(query) or 0
            return self._counted(session, wanted, lambda: session.scalar(query) or 0)

    def runs(self, wanted: RunFilter, *, offset: int, limit: int, now: datetime) -> Sequence[CourseRun]:
        """Return one page of runs with their courses, in order of id."""
        page = select(CourseRun.id)
        if wanted.reads_course:
            page = page.join(Course)
        # Only ids are skipped over, in the index; the page's rows are fetched afterwards.
        page = page.where(*_run_conditions(wanted, now)).order_by(CourseRun.id).offset(offset).limit(limit)
        query = (
            select(CourseRun)
            .join(CourseRun.course)
            .options(contains_eager(CourseRun.course))
            .where(CourseRun.id.in_(page.scalar_subquery()))
            .order_by(CourseRun.id)
        )
        with Session(self._engine) as session:
            return session.scalars(query).all()

    def run(self, run_id: str) -> CourseRun | None:
        """Return a run with its course, hidden or not."""
        with Session(self._engine) as session:
            return session.scalar(
                select(CourseRun)
                .join(CourseRun.course)
                .options(contains_eager(CourseRun.course))
                .where(CourseRun.id == run_id)
            )

    def count_courses(self, wanted: CourseFilter) -> int:
        """Return how many courses course-discovery lists."""
        query = select(func.count()).select_from(Course).where(*_course_conditions(wanted))
        with Session(self._engine) as session:
            return self._counted(session, wanted, lambda: session.scalar(query) or 0)

    def courses(self, wanted: CourseFilter, *, offset: int, limit: int) -> Sequence[Course]:
        """Return one page of courses with their runs, in order of key."""
        page = select(Course.key).where(*_course_conditions(wanted)).order_by(Course.key).offset(offset).limit(limit)
        query = (
            select(Course)
            .options(selectinload(Course.runs))
            .where(Course.key.in_(page.scalar_subquery()))
            .order_by(Course.key)
        )
        with Session(self._engine) as session:
            return session.scalars(query).all()

    def titles(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the titles of those of these courses that exist."""
        if not keys:
            return {}
        with Session(self._engine) as session:
            rows = session.execute(select(Course.key, Course.title).where(Course.key.in_(keys)))
            return {row.key: row.title for row in rows}

    def learner_exists(self, learner_id: str) -> bool:
        """Say whether a learner of this id is known."""
        with Session(self._engine) as session:
            return session.scalar(select(Learner.id).where(Learner.id == learner_id)) is not None

    def ready(self) -> bool:
        """Say whether the database answers and has its tables; raises SQLAlchemyError when it does not."""
        with self._engine.connect() as connection:
            connection.execute(select(Load.id))
        return True

    def _counted(self, session: Session, wanted: RunFilter | CourseFilter, count: Callable[[], int]) -> int:
        loaded = session.scalar(select(Load.loaded))
        remembered = self._counts.get((loaded, wanted))
        if remembered is not None:
            return remembered
        counted = count()
        with self._lock:
            if len(self._counts) >= self.COUNTS:
                self._counts.clear()
            self._counts[loaded, wanted] = counted
        return counted


def visible(run: CourseRun, *, staff: bool) -> bool:
    """Say whether someone may see a run at all."""
    return staff or not run.hidden


def _run_conditions(wanted: RunFilter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not wanted.staff:
        conditions.append(CourseRun.hidden.is_(False))
        conditions.extend(_permitted(permission, now) for permission in sorted(wanted.permissions))
    if wanted.org:
        conditions.append(func.lower(Course.org) == wanted.org.lower())
    if wanted.mobile is not None:
        conditions.append(CourseRun.mobile_available.is_(wanted.mobile))
    if wanted.active_only:
        conditions.append(or_(CourseRun.end.is_(None), CourseRun.end >= now))
    if wanted.course_keys:
        conditions.append(CourseRun.id.in_(wanted.course_keys))
    conditions.extend(_contains(word) for word in wanted.words)
    return conditions


def _permitted(permission: str, now: datetime) -> ColumnElement[bool]:
    """Return what a permission demands of a run, for somebody who is not staff."""
    if permission in SEES_NOTHING:
        return false()
    if permission == "load_mobile":
        return CourseRun.mobile_available.is_(True)
    if permission == "enroll":
        return and_(
            CourseRun.invitation_only.is_(False),
            or_(CourseRun.enrollment_start.is_(None), CourseRun.enrollment_start <= now),
            or_(CourseRun.enrollment_end.is_(None), CourseRun.enrollment_end > now),
        )
    return CourseRun.hidden.is_(False)


def _contains(word: str) -> ColumnElement[bool]:
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (Course.title, Course.key, Course.org, Course.short_description, Course.full_description)
    return or_(*(column.ilike(pattern, escape="\\") for column in columns))


def _course_conditions(wanted: CourseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        exists().where(CourseRun.course_key == Course.key, CourseRun.hidden.is_(False))
    ]
    if wanted.org:
        conditions.append(func.lower(Course.org) == wanted.org.lower())
    if wanted.keys:
        conditions.append(Course.key.in_(wanted.keys))
    return conditions
