"""Numbers of revisions: the next one, and what to do when two files took the same."""
