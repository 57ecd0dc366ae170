"""In which order the matches come."""
