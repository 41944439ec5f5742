"""Profiles: what a user tells others about themselves."""
