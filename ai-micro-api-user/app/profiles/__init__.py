"""One profile a user; a user reaches only their own, an administrator all."""
