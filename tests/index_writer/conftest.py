"""Every search index that a job can meet."""

from tests.support.written_index import clock, index

__all__ = ["clock", "index"]
