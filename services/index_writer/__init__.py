"""Writing to an Algolia index with patience, by the official client: shared by the jobs that fill one."""
