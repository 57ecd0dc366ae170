"""The records of an index as arrays, and what a search reads of them."""
