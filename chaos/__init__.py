"""A suite that keeps attacking: a sandbox of its own is broken in every way we know while readers check each answer."""
