"""Plug-ins of Alembic's comparison: what it does not compare itself, and what it has to leave alone.

For autogenerate, `alembic check` and drift alike: what one of them sees, all do.

    plugins                their names and options; importing it registers them
    check_constraints      conditions of check constraints
    enum_types             enum types and their labels
    exclusion_constraints  exclusion constraints by name
    index_options          methods, operator classes, storage parameters and conditions of indexes
    type_arguments         types that lose their limit
    sql_object_changes     functions, views, triggers and policies that files declare
    left_alone             partitions, tables of extensions, and what `drift_ignore` names
    wordings               definitions in PostgreSQL's words
"""
