"""The tables of the learning platform (docs/formats.md, "Database")."""

from __future__ import annotations

import uuid as uuids
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Integer, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What the tables have in common: one metadata, Python types mapped as the interface says."""

    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads a plain class attribute
        str: Text(),
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text()),
        uuids.UUID: Uuid(),
    }


class Learner(Base):
    """A person who takes courses; the id is their LMS username."""

    __tablename__ = "learners"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Course(Base):
    """A course (ORG+NUM), whatever runs it has had."""

    __tablename__ = "courses"

    key: Mapped[str] = mapped_column(primary_key=True)
    uuid: Mapped[uuids.UUID]
    org: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    short_description: Mapped[str]
    full_description: Mapped[str]
    level: Mapped[str | None]
    language: Mapped[str]
    subjects: Mapped[list[str]]
    skills: Mapped[list[str]]
    prerequisites: Mapped[list[str]]
    enrollment_count: Mapped[int] = mapped_column(Integer)
    url: Mapped[str | None]

    runs: Mapped[list[CourseRun]] = relationship(back_populates="course", order_by="CourseRun.id")


class CourseRun(Base):
    """One session of a course (course-v1:ORG+NUM+RUN)."""

    __tablename__ = "course_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(ForeignKey("courses.key", ondelete="CASCADE"), index=True)
    run: Mapped[str]
    start: Mapped[datetime | None]
    end: Mapped[datetime | None]
    enrollment_start: Mapped[datetime | None]
    enrollment_end: Mapped[datetime | None]
    pacing: Mapped[str]
    hidden: Mapped[bool]
    invitation_only: Mapped[bool]
    mobile_available: Mapped[bool]

    course: Mapped[Course] = relationship(back_populates="runs")


# The public list pages through visible runs by id: this index alone answers it, however deep the page.
Index("course_runs_visible", CourseRun.id, postgresql_where=CourseRun.hidden.is_(False))


class Enrollment(Base):
    """A learner in a course run; inactive once the learner has left it."""

    __tablename__ = "enrollments"
    __table_args__ = (UniqueConstraint("learner_id", "course_run_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"))
    course_run_id: Mapped[str] = mapped_column(ForeignKey("course_runs.id", ondelete="CASCADE"), index=True)
    mode: Mapped[str]
    is_active: Mapped[bool]
    created: Mapped[datetime]
    completed: Mapped[datetime | None]


class Load(Base):
    """What the tables were loaded from: one row, replaced in the same transaction as the data."""

    __tablename__ = "loads"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str]
    loaded: Mapped[datetime] = mapped_column(server_default=func.now())
