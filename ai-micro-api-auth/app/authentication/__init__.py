"""Signing in: passwords are checked here, failures counted, every attempt recorded."""
