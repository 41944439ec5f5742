"""Restore drills: proof that a backup can be restored, and holds what it should."""
