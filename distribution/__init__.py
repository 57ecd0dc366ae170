"""The Algolia stand-in as a package that strangers install: built from `services/mock_algolia`, no code of its own."""
