"""A snapshot: the tables of the platform and the index in one small file, for another sandbox to take in."""
