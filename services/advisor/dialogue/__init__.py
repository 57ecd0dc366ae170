"""What a conversation is about and what each turn changes: pure functions over what was said. No I/O."""
