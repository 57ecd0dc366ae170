"""Everything we run: one room per deployable, and the shared rooms below them."""
