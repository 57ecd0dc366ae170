"""Read enrollments from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.lms.models import Course, CourseRun, Enrollment
from services.lms.pages import Cursor


@dataclass(frozen=True)
class EnrollmentFilter:
    """Which enrollments to list; an empty tuple does not narrow."""

    course_run_id: str = ""
    courses: tuple[str, ...] = ()  # ids of runs, or keys of courses
    learner_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnrolledRun:
    """An enrollment with what the API tells about its run."""

    enrollment: Enrollment
    run: CourseRun
    title: str


class EnrollmentQueries:
    """Reads who is enrolled in what."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def after(self, wanted: EnrollmentFilter, cursor: Cursor, *, limit: int) -> Sequence[Enrollment]:
        """Return up to `limit` enrollments beyond a cursor, in the cursor's direction."""
        query = select(Enrollment)
        if wanted.course_run_id:
            query = query.where(Enrollment.course_run_id == wanted.course_run_id)
        if wanted.courses:
            # A course's key matches all its runs; Open edX matches any part of the id, in any case.
            parts = [course.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for course in wanted.courses]
            query = query.where(or_(*(Enrollment.course_run_id.ilike(f"%{part}%", escape="\\") for part in parts)))
        if wanted.learner_ids:
            query = query.where(Enrollment.learner_id.in_(wanted.learner_ids))
        if cursor.reverse:
            query = query.where(Enrollment.id < cursor.after).order_by(Enrollment.id.desc())
        else:
            query = query.where(Enrollment.id > cursor.after).order_by(Enrollment.id)
        with Session(self._engine) as session:
            return session.scalars(query.limit(limit)).all()

    def count_of(self, learner_id: str) -> int:
        """Return how many enrollments a learner has, active or not."""
        with Session(self._engine) as session:
            query = select(func.count()).select_from(Enrollment).where(Enrollment.learner_id == learner_id)
            return session.scalar(query) or 0

    def of(
        self, learner_id: str, *, active_only: bool = False, run_id: str = "", offset: int = 0, limit: int | None = None
    ) -> list[EnrolledRun]:
        """Return a learner's enrollments in order of run."""
        run, course = aliased(CourseRun), aliased(Course)
        query = (
            select(Enrollment, run, course.title)
            .join(run, run.id == Enrollment.course_run_id)
            .join(course, course.key == run.course_key)
            .where(Enrollment.learner_id == learner_id)
            .order_by(Enrollment.course_run_id)
            .offset(offset)
            .limit(limit)
        )
        if active_only:
            query = query.where(Enrollment.is_active)
        if run_id:
            query = query.where(Enrollment.course_run_id == run_id)
        with Session(self._engine) as session:
            return [EnrolledRun(enrollment, of_run, title) for enrollment, of_run, title in session.execute(query)]
