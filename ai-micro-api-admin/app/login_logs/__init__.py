"""Login attempts, delivered by the auth service."""
