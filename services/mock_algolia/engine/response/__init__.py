"""What the answer to a search says: hits, highlights, facets, notes."""
