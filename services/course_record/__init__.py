"""The course document that `catalog_sync` writes and `coursematch` reads, and the index settings it needs, as code."""

from services.course_record.course_record import CourseRecord, CourseRun, course_key_of

__all__ = ["CourseRecord", "CourseRun", "course_key_of"]
