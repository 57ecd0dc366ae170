"""What an index and a search may be told: names, types, grammars, all refused or read here."""
