"""Algolia's API, one file a group of operations; views only translate between JSON and the store or the engine."""
