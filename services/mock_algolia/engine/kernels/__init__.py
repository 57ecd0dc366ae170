"""The inner loops of a search, compiled (see `compile`), and the layout of the arrays they read."""
