"""The adviser measured on conversations as people have them: what is said, what comes back, which rule it breaks."""
