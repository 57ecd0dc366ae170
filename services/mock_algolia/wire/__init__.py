"""HTTP as Algolia's clients speak it: raw paths, credentials in odd places, compressed bodies, JSON errors, CORS."""
