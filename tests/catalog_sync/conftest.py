"""What the tests of the sync share: a clock that obeys, and every search index a sync can meet."""

from tests.support.written_index import clock, index

__all__ = ["clock", "index"]
