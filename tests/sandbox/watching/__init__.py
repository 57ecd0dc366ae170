"""Tests of `up --watch`."""
