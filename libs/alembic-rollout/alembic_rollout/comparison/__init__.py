"""Plug-ins of Alembic's comparison: what it does not compare itself, and what it has to leave alone.

For autogenerate, `alembic check` and drift alike: what one of them sees, all do.

    plugins                their names and options; importing it registers them
    types/                 types of columns, enums, domains
    pruning/               partitions, tables of extensions, other databases' objects, what a search path shows twice
    check_constraints      conditions of check constraints
    exclusion_constraints  exclusion constraints by name
    index_options          methods, operator classes, storage parameters and conditions of indexes
    sequences              sequences that the models name
    ddl_operation          what of these becomes a step of a revision
    sql_object_changes     functions, views, triggers and policies that files declare
    reflected_columns      what SQLAlchemy and Alembic read wrong of a column
    reflection_warnings    what SQLAlchemy warns of, a line each
    sqlalchemy_private     the private names of SQLAlchemy that are used
    wordings               definitions in PostgreSQL's words
"""
