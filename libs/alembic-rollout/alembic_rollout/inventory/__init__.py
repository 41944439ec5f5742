"""The statements that a release sends, and what becomes of them on another schema.

A service's tests record them (`alembic_rollout.recording`); `rehearse` and `lint --base` ask them here. Imports the
rooms below `lint`: texts, tokens, connections, the project.

| file | what it does |
|---|---|
| statement_text | the one form in which a statement is kept, compared and prepared |
| statements_file | reads and writes the inventory, of the working tree or of a git ref |
| preparation | prepares and plans one statement, and says why PostgreSQL refuses it |
| required_columns | the columns that an INSERT leaves out and that have no other value |
| index_use | the tables that a plan finds rows of by an index |
| statement_answers | asks statements on the schema of a moment, and compares two moments |
| releases | asks both releases while revisions are applied |
"""
