"""The linter: judges revisions before they ship, and again before they run."""
