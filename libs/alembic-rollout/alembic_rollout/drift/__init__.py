"""Drift: what a live database has that neither the models nor the revisions know, and what it lacks."""
