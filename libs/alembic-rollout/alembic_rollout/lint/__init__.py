"""The linter: judges revisions before they ship, and once more before they run."""
