"""How well the adviser holds a bad model: inventions that pass, and honest replies that are cut."""
