"""Safe revisions from a change of the models: what `alembic revision --autogenerate` writes.

Alembic compares models and database (with the plug-ins of `comparison`). This room turns the operations that it finds
into steps, puts the steps into revisions of one kind each, and writes their files, all or none:

    generating      the command: from Alembic's operations to files and a summary
    steps/          which steps an operation is made of
    chain           the kinds of revisions, their order, phases and names
    change_source   what the steps ask: Alembic's renderers, the live database, what else is changed
    renaming        what is renamed, as the developer says it
    table_renaming  tables that have their new names while they are compared
    type_imports    types of other packages, with their imports
    python_code     Python statements laid out as a formatter leaves them, and imports in order
    revision_text   the text of a revision's file, from the project's template
    revision_files  writes the files of a chain, all or none
    chain_summary   what the command prints at its end

Imports go downwards: running -> autogenerate -> lint, comparison -> operations, numbering -> project -> postgres.
"""
