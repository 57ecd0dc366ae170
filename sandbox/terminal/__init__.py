"""What a person at the terminal sees: a start while it happens, and the addresses when it is ready."""
