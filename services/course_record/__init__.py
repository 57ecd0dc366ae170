"""The course document that `catalog_sync` writes and `coursematch` reads, and the index settings it needs, as code."""

from services.course_record.course_record import PACINGS, CourseRecord, CourseRun, Pacing, course_key_of

__all__ = ["PACINGS", "CourseRecord", "CourseRun", "Pacing", "course_key_of"]
