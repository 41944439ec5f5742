"""Which steps the operations of a change are made of, each in both directions.

splitting         an operation to its steps
new_tables        tables, and what is made with them: indexes, triggers
new_columns       columns of tables in use: nullable, backfill, NOT NULL
column_changes    defaults, NOT NULL and comments of columns in use
type_steps        a type that changes: in place, or by a column of the new type
replaced_columns  the column of the new type, and what is built on it
identities        identity columns of tables in use
index_steps       indexes of tables in use, built and dropped concurrently
constraint_steps  constraints of tables in use: USING INDEX, NOT VALID and VALIDATE
row_checks        what a revision asks first: duplicates, NULLs, orphans, rows that break a check
enum_steps        enum types and their labels
rename_steps      a renamed column: both names with a trigger, then the new one alone
table_rename_steps  a renamed table, with a view under its former name
removals          columns and tables that go, with the downgrade that restores them
"""
