"""The Pulumi programs, their components, and the one file that knows substrates."""
