"""Reads PostgreSQL's SQL far enough to tell what a statement does to which object: tokens, then actions.

No parser of the whole grammar: names, verbs and clauses are all that the linter and the timeouts ask for. Part of the
migration path, so nothing here imports more than the standard library's smallest modules.
"""
