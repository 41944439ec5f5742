"""The rules that this library finds itself: what SQL cannot show, and what a revision does besides."""

from alembic_rollout.lint.rules.rule import Rule

FILL_IN = "FILL_IN_A_VALUE"
"""What autogenerate writes where the author has to write a value; the rule `value-to-fill-in` finds it."""

LIBRARY_RULES = (
    Rule(
        "contract-in-expand",
        "Takes away or narrows what the previous release uses, in a revision that is not marked as contract.",
        "The previous release still runs while the revision is applied, and its statements fail from then on.",
        'First release code that no longer needs it, then do this in a revision with phase = "contract".',
    ),
    Rule(
        "breaks-previous-release",
        "A statement of the previous release, as its tests recorded it, does not work after the revision; asked by"
        " `--base` where a database can be made.",
        "The previous release still runs while the revision is applied, and this statement fails, or reads the whole"
        " table, from then on.",
        'First release code that no longer needs it, then do this in a revision with phase = "contract".',
    ),
    Rule(
        "needs-contract",
        "A statement of this release, as its tests recorded it, does not work before a contract revision; asked by"
        " `--base` where a database can be made.",
        "The contract revision is held while the previous release runs, and this release starts without it.",
        "Make what the statement needs in an expand revision, or release the statement after the contract revision.",
    ),
    Rule(
        "unknown-phase",
        "The revision's `phase` is neither expand nor contract.",
        "It counts as expand, and would not be held for a release that does not survive it.",
        'Write phase = "contract", or leave it out.',
    ),
    Rule(
        "structure-and-data",
        "Changes structure and rows in one revision.",
        "The locks of the structure last as long as the rows take, and neither can be reverted or repeated alone.",
        "Split it: structure in one revision, rows in the next.",
    ),
    Rule(
        "downgrade-missing",
        "`downgrade()` is not there, does nothing or raises NotImplementedError, though there is something to undo.",
        "A bad release cannot be reverted.",
        "Write the downgrade.",
    ),
    Rule(
        "downgrade-incomplete",
        "`downgrade()` leaves something that `upgrade()` made, or does not restore what it removed.",
        "Reverting and re-applying fails, or leads to another schema.",
        "Undo in `downgrade()` what `upgrade()` does, in reverse order.",
    ),
    Rule(
        "concurrently-in-transaction",
        "A statement that PostgreSQL refuses inside a transaction is not in an autocommit block.",
        "The revision fails.",
        "Use operations.create_index_concurrently or drop_index_concurrently, or op.get_context().autocommit_block().",
    ),
    Rule(
        "transaction-control",
        "COMMIT, ROLLBACK, BEGIN or another statement that ends or begins a transaction, or `op.get_bind().commit()`.",
        "What came before stays when the revision fails, and the version is not written together with what it did.",
        "Leave it out: each revision has a transaction of its own. What has to run outside of it belongs in"
        " op.get_context().autocommit_block(), in a revision of its own.",
    ),
    Rule(
        "commits-midway",
        "Something that cannot be repeated precedes an autocommit block, which commits it.",
        "A revision that is interrupted behind it starts from its beginning again, and fails on what is there.",
        "Give the autocommit block a revision of its own.",
    ),
    Rule(
        "not-null-scan",
        "SET NOT NULL on a column without a validated check.",
        "The whole table is read under ACCESS EXCLUSIVE, which blocks reads and writes.",
        "Use operations.set_not_null in a revision of its own: it validates a check beside the traffic first.",
    ),
    Rule(
        "foreign-key-scan",
        "A foreign key that is not NOT VALID.",
        "The whole table is read under a lock that blocks writes to it and to the table that it refers to.",
        "Use operations.add_foreign_key in a revision of its own: NOT VALID first, then VALIDATE CONSTRAINT.",
    ),
    Rule(
        "check-scan",
        "A check constraint that is not NOT VALID.",
        "The whole table is read under ACCESS EXCLUSIVE, which blocks reads and writes.",
        "Use operations.add_check in a revision of its own: NOT VALID first, then VALIDATE CONSTRAINT.",
    ),
    Rule(
        "validate-under-lock",
        "VALIDATE CONSTRAINT in a transaction that has altered a table.",
        "The lock of the ALTER lasts until the transaction ends, and so through the reading of the whole table.",
        "Validate in a revision of its own: operations.validate_constraint.",
    ),
    Rule(
        "exclusion-build",
        "ADD CONSTRAINT ... EXCLUDE.",
        "Its index is built under ACCESS EXCLUSIVE, which blocks reads and writes.",
        "There is no way to build it beside the traffic: accept it where the table is small, or make a new table.",
    ),
    Rule(
        "attach-partition-scan",
        "ATTACH PARTITION of a table that the revision has not made.",
        "Its rows are read under ACCESS EXCLUSIVE, unless a valid check implies the bounds.",
        "Add that check with operations.add_check in an earlier revision, and say so when you accept it.",
    ),
    Rule(
        "refresh-under-lock",
        "REFRESH MATERIALIZED VIEW without CONCURRENTLY.",
        "Reads of the view are blocked while its query runs.",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index.",
    ),
    Rule(
        "explicit-lock",
        "LOCK TABLE in a mode that stops others from writing.",
        "It lasts until the revision ends.",
        "Leave it out: every statement takes the lock that it needs, and gives way when it cannot have it.",
    ),
    Rule(
        "table-rewrite",
        "Rewrites a table: CLUSTER, VACUUM FULL, SET LOGGED, another tablespace, a serial column.",
        "Reads and writes of the table are blocked, and it needs its size again on the disk.",
        "Add a nullable column and fill it with operations.backfill; move or compact the table outside of a migration.",
    ),
    Rule(
        "backfill-in-transaction",
        "UPDATE, DELETE or MERGE of a table that is in use, for more than a few rows named by their key.",
        "Every row that it touches is locked until the end of the revision, and the timeout may undo it all.",
        "Use operations.backfill in a revision of its own, or name the rows by their key.",
    ),
    Rule(
        "rows-lost",
        "TRUNCATE, or a column or table that is dropped and made again in one revision.",
        "Rows or values are gone, for the release that runs as well, and only a backup restores them.",
        "Delete rows in batches of a few thousand. Make the new column under another name, fill it with"
        " operations.backfill, and drop the old one in a later release.",
    ),
    Rule(
        "enum-label-too-early",
        "A label is used in the transaction that adds it to its enum.",
        "PostgreSQL refuses it (unsafe use of new value), and the revision fails.",
        "Use the label in the next revision.",
    ),
    Rule(
        "timeout-overridden",
        "Sets lock_timeout, statement_timeout or transaction_timeout to more than the runner does, or to none.",
        "A statement that waits for its lock that long makes every later query on the table wait behind it.",
        "Leave it out. A revision that needs more time for a statement says so at its top level:"
        ' statement_timeout = "10min".',
    ),
    Rule(
        "setting-changes-meaning",
        "Sets standard_conforming_strings, client_encoding, search_path (unless by SET LOCAL) or another setting by"
        " which PostgreSQL reads what follows, or resets all; or has a backslash in a string where the role has another"
        " setting.",
        "What follows does something else than the linter has read: a DROP may have been part of a string. A backup is"
        " taken.",
        "Leave it out. Write E'...' for a string with escapes; name a table with its schema, or use SET LOCAL"
        " search_path with that of the version table in it; reset a setting by its name.",
    ),
    Rule(
        "trigger-disabled",
        "DISABLE TRIGGER, DISABLE RULE or session_replication_role on a table that is in use.",
        "Writes are blocked until the revision ends, and what triggers and foreign keys keep right is not kept.",
        "Let the trigger tell the migration's rows apart, or set a column that it looks at.",
    ),
    Rule(
        "query-under-lock",
        "A query over a whole table in a transaction that has altered a table in use.",
        "The lock of the ALTER lasts until the transaction ends, and so through the query.",
        "Put the query first, or into a revision of its own.",
    ),
    Rule(
        "takes-long",
        "A validation, concurrent build or backfill of a large table; said where the sizes of tables are known.",
        "It stops no session, and the start that applies it takes as long as it says.",
        "Plan the time, or apply the revision by hand before the release: alembic upgrade REV",
        warns=True,
    ),
    Rule(
        "unreadable-statement",
        "A statement that squawk cannot read.",
        "Squawk's own rules are not applied to it; those that alembic-rollout applies itself are.",
        "Check the statement with EXPLAIN or on a copy (alembic-rollout rehearse).",
        warns=True,
    ),
    Rule(
        "value-to-fill-in",
        "A value that autogenerate could not know still has to be written.",
        "The revision fails.",
        "Write SQL for the value in place of FILL_IN_A_VALUE: a constant, or an expression of other columns.",
    ),
    Rule(
        "cannot-render",
        "What `upgrade()` would run cannot be seen: it asks the database or whether it runs offline, opens a"
        " connection, ends or holds the process, is `async`, or its file cannot be imported.",
        "Neither the linter nor `plan` nor `--sql` can tell what it will do.",
        "Decide in SQL (IF EXISTS, INSERT ... SELECT, a DO block), or accept it and say what was checked.",
    ),
    Rule(
        "accepted-without-reason",
        "`accepted` is not a dict of rule names, each with a reason.",
        "Without a reason, no later reader can check that it still holds.",
        'Write accepted = {"rule-name": "why it is safe here"}.',
    ),
    Rule(
        "accepted-unknown-rule",
        "`accepted` names a rule that does not exist.",
        "It accepts nothing.",
        "Correct the name, or remove the entry.",
    ),
    Rule(
        "accepted-unused",
        "`accepted` names a rule that has nothing to say about the revision.",
        "It would silence the rule when the revision changes.",
        "Remove the entry.",
        warns=True,
    ),
)
