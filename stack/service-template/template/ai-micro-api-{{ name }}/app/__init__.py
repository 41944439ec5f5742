"""Notes of the users: an example to replace."""
