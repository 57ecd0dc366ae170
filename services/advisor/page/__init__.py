"""The chat page, one file of HTML with its style and script."""
