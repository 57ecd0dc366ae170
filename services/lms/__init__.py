"""The stand-in for Open edX: its Courses, Enrollment and course-discovery APIs over PostgreSQL, and their loader."""
