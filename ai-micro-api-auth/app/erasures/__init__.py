"""Deleting one's own account, and telling the other services of it."""
