"""The Model Context Protocol: search, read and overview as tools for models, with their caller's rights."""
