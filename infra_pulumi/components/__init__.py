"""Typed components, one a file: a frozen config in, outputs as attributes."""
