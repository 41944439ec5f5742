"""Accounts: signing up, one's own account, and their administration."""
