"""The adviser measured on scripted conversations: what it asks the tools, what it answers, what it refuses."""
