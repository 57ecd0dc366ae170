"""The one registry of tools: how each runs, and how MCP clients, Converse models and GPT Actions are told of it."""
