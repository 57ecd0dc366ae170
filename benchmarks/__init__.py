"""Speed, measured and printed beside a named rival; never asserted in a test."""
