"""What a search asks: its parameters after the rules, its words, and the terms that may stand for them."""
