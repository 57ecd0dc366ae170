"""Fault switches: what breaks on purpose, at the seams between parts. docs/faults/ has a page for each."""
