"""Passwords: which are accepted, and the hashes that are stored."""
