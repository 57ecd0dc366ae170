"""The documentation as a site: the repository's own pages, and a reference made from the code."""
