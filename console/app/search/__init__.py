"""Search over what the account may read."""
