"""Who may do what: API keys, their rights and restrictions, secured keys, and the limits on how often."""
