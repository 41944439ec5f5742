"""Which steps the operations of a change are made of, each in both directions.

splitting         an operation to its steps
new_tables        tables, and what is made with them: indexes, triggers
new_columns       columns of tables in use: nullable, backfill, NOT NULL
column_changes    defaults, NOT NULL and comments of columns in use
identities        identity columns of tables in use
index_steps       indexes of tables in use, built and dropped concurrently
constraint_steps  constraints of tables in use: USING INDEX, NOT VALID and VALIDATE
changed_constraints  those that others of the same name replace, or an index
constraint_code   the Python of both
waiting_keys      foreign keys on what the same change makes unique
row_checks        what a revision asks first: duplicates, NULLs, orphans, rows that break a check
enum_steps        enum types and their labels
expansions        renames and types that change, over two releases
removals          columns and tables that go, with the downgrade that restores them
"""
