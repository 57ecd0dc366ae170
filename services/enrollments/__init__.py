"""The Lambda behind `/enrollments`: the courses a learner is enrolled in."""
