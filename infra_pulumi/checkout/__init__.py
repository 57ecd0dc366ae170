"""What is read from the files of this checkout: its version, and YAML."""
