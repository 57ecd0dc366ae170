"""The embedded substrate: everything runs as processes of this machine, from pip-installed parts."""
