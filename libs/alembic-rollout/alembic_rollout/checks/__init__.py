"""The checks of revisions, asked: SQL that returns no row, or true, where all is well.

    declared_checks   what a revision's file declares
    asking            asks a check, in a transaction that can change nothing
    answers           what it said, in words
    keys              which columns of an answer are keys, so that their values may be said

When a check is asked, and what follows from its answer, is decided by `upgrade` and `rehearsal`.
"""
