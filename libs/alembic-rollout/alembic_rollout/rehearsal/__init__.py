"""Rehearsal: pending revisions run for real, reverted and applied again, on a copy of the schema."""
