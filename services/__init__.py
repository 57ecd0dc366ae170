"""Everything we run: one room per deployable, and the shared rooms below them."""

VERSION = "0.1.0"
"""The one place of it; what has to repeat it (pyproject, contract, citation, changelog) is held to it by a test."""
