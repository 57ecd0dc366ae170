"""A course over the running sandbox: lessons, their checks, and what starts, hints and resets them."""
