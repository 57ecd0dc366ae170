"""Words: how a text becomes words, and what is known of them by language."""
