"""Plug-ins of Alembic's comparison: what it does not compare itself, and what it has to leave alone.

For autogenerate, `alembic check` and drift alike: what one of them sees, all do.

    plugins                their names and options; importing it registers them
    types/                 types of columns, enums, domains
    check_constraints      conditions of check constraints
    exclusion_constraints  exclusion constraints by name
    index_options          methods, operator classes, storage parameters and conditions of indexes
    sequences              sequences that the models name
    ddl_operation          what of these becomes a step of a revision
    sql_object_changes     functions, views, triggers and policies that files declare
    reflection_warnings    what SQLAlchemy warns of, a line each
    sqlalchemy_private     the private names of SQLAlchemy that are used
    left_alone             partitions, tables of extensions, and what `drift_ignore` names
    other_dialects         what the models do not create on PostgreSQL
    wordings               definitions in PostgreSQL's words
"""
