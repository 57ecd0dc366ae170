"""Measure search and recommendations on judged data: `python -m evaluation` (formats: docs/evaluation.md)."""
