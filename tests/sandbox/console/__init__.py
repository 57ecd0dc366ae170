"""Tests of the console: who may see it, and what it does not give away."""
