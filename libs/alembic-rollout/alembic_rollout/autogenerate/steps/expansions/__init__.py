"""Changes over two releases: both columns or names with a trigger that keeps them, a backfill, the new one alone.

rename_steps        a renamed column
table_rename_steps  a renamed table, with a view under its former name
type_steps          a type that changes: in place, or by a column of the new type
replaced_columns    the column of the new type
replaced_indexes    its indexes and unique constraints
"""
