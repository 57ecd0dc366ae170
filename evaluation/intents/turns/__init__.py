"""Teach the adviser to tell what kind of turn it hears, from conversations whose turns a reader named."""
