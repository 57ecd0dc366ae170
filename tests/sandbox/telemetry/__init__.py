"""Tests of what receives, keeps and tells spans and metrics."""
