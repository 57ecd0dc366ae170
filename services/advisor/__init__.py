"""The Lambda that chats: MCP tools, the plugin manifest, and an adviser that answers only what the tools found."""
