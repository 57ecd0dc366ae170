"""The job that learns from enrollments which courses follow which, and publishes it beside the course index."""
