"""What can be wrong with a revision, one kind a file."""
