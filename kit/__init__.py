"""The kit: one archive from which a room of learners installs everything without a network."""
