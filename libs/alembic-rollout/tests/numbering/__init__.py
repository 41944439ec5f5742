"""Numbers of revisions."""
