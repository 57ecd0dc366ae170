"""Texts as vectors: the models, and the vectors that are kept."""
