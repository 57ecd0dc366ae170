"""What the sync reads: the course list of the LMS and course-discovery, politely, page by page."""
