"""Which records a search finds, by filters, words and meaning, and what each criterion says of them."""
