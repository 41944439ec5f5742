"""Functions, views, triggers and policies that a service declares as SQL files, and what its revisions made of them.

Both sides are text, so a comparison takes no lock: only `live_objects` asks a database, for autogenerate.

    object_names    how an object is called: `FUNCTION f(integer)`, `TRIGGER t ON profiles`
    sql_object      one statement, read
    declared        the files of the folder
    applied         what the calls of `operations` in the revision files made
    sql_changes     what differs
    dependencies    in which order objects can be made
    live_objects    what stands in the database
    rights          who may use an object that is dropped and made again

Imports go downwards: operations, comparison, lint -> sql_objects -> project -> sql.
"""
