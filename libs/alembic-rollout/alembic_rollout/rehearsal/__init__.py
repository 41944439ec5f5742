"""Rehearsal: pending revisions run for real, down and up again, on a copy of the live schema without its rows."""
