"""Objects that few schemas have, and properties that few statements change: see `catalogue_objects`."""

from drift.catalogue_objects import Kind, replaced

SERVER = "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far"
NO_SERVER = "DROP FOREIGN DATA WRAPPER far CASCADE"
FOREIGN_TABLE = f"{SERVER}; CREATE FOREIGN TABLE app.remote (id int OPTIONS (a 'x')) SERVER away OPTIONS (b 'y')"
CONVERSION = "CONVERSION app.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"
PARALLEL_SUM = "CREATE AGGREGATE app.sum2 (int) (sfunc = int4pl, stype = int{})"
SPAN = "CREATE TYPE app.span AS RANGE (subtype = text{})"
OWN = "app.owners"


def altered(finding: str, made: tuple[str, str], what: str, change: str, restore: str) -> Kind:
    """An object that ALTER changes; `made` makes and drops it."""
    create, drop = made
    return Kind(finding, create, drop, f"ALTER {what} {change}", f"ALTER {what} {restore}")


def part(finding: str, of: tuple[str, str], create: str, drop: str) -> Kind:
    """A property of an object, which another statement sets; `of` makes and drops the object."""
    needs, done = of
    return Kind(finding, create, drop, needs=needs, done=done)


def owned(of: tuple[str, str], what: str, name: str) -> Kind:
    """An object whose owner changes."""
    statement = f"ALTER {what.upper()} {name} OWNER TO"
    return part(f"privileges {what} {name}", of, f"{statement} pg_monitor", f"{statement} postgres")


RARE_KINDS = {
    "apostrophe": altered(
        'sequence app."it\'s"',
        ("""CREATE SEQUENCE app."it's" """, """DROP SEQUENCE app."it's" """),
        """SEQUENCE app."it's" """,
        "CACHE 5",
        "CACHE 1",
    ),
    "apostrophe of a column": Kind(
        f'''column {OWN}."it's"''',
        f"""ALTER TABLE {OWN} ADD "it's" serial""",
        f'''ALTER TABLE {OWN} DROP "it's"''',
        f"""ALTER TABLE {OWN} ALTER "it's" DROP DEFAULT""",
        f"""ALTER TABLE {OWN} ALTER "it's" SET DEFAULT nextval('app."owners_it''s_seq"'::regclass)""",
    ),
    "conversion": Kind("conversion app.conv", f"CREATE {CONVERSION}", "DROP CONVERSION app.conv"),
    "default conversion": replaced(
        "conversion app.conv", "CONVERSION", "app.conv", f"CREATE {CONVERSION}", f"CREATE DEFAULT {CONVERSION}"
    ),
    "owner of a conversion": owned((f"CREATE {CONVERSION}", "DROP CONVERSION app.conv"), "conversion", "app.conv"),
    "transform": replaced(
        "transform for app.box language sql",
        "TRANSFORM FOR",
        "app.box LANGUAGE sql",
        "CREATE TRANSFORM FOR app.box LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
        "CREATE TRANSFORM FOR app.box LANGUAGE sql (FROM SQL WITH FUNCTION varchar_support(internal))",
    ),
    "options of a wrapper": altered(
        "foreign-data wrapper far",
        ("CREATE FOREIGN DATA WRAPPER far OPTIONS (a 'x')", NO_SERVER),
        "FOREIGN DATA WRAPPER far",
        "OPTIONS (SET a 'y')",
        "OPTIONS (SET a 'x')",
    ),
    "rights on a wrapper": part(
        "privileges foreign-data wrapper far",
        ("CREATE FOREIGN DATA WRAPPER far", NO_SERVER),
        "GRANT USAGE ON FOREIGN DATA WRAPPER far TO PUBLIC",
        "REVOKE USAGE ON FOREIGN DATA WRAPPER far FROM PUBLIC",
    ),
    "options of a server": altered(
        "server away",
        (f"{SERVER} OPTIONS (host 'a')", NO_SERVER),
        "SERVER away",
        "OPTIONS (SET host 'b')",
        "OPTIONS (SET host 'a')",
    ),
    "added option of a server": altered(
        "server away", (SERVER, NO_SERVER), "SERVER away", "OPTIONS (ADD port '1')", "OPTIONS (DROP port)"
    ),
    "rights on a server": part(
        "privileges server away",
        (SERVER, NO_SERVER),
        "GRANT USAGE ON FOREIGN SERVER away TO PUBLIC",
        "REVOKE USAGE ON FOREIGN SERVER away FROM PUBLIC",
    ),
    "owner of a server": owned((SERVER, NO_SERVER), "server", "away"),
    "user mapping": Kind(
        "user mapping public on away",
        "CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret-1')",
        "DROP USER MAPPING FOR PUBLIC SERVER away",
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (SET password 'secret-2')",
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (SET password 'secret-1')",
        needs=SERVER,
        done=NO_SERVER,
    ),
    "option of a user mapping": part(
        "user mapping public on away",
        (f"{SERVER}; CREATE USER MAPPING FOR PUBLIC SERVER away", NO_SERVER),
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (ADD password 'secret-2')",
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (DROP password)",
    ),
    "options of a foreign table": part(
        "foreign table app.remote",
        (FOREIGN_TABLE, NO_SERVER),
        "ALTER FOREIGN TABLE app.remote OPTIONS (SET b 'z')",
        "ALTER FOREIGN TABLE app.remote OPTIONS (SET b 'y')",
    ),
    "options of a foreign column": part(
        "column app.remote.id",
        (FOREIGN_TABLE, NO_SERVER),
        "ALTER FOREIGN TABLE app.remote ALTER id OPTIONS (SET a 'z')",
        "ALTER FOREIGN TABLE app.remote ALTER id OPTIONS (SET a 'x')",
    ),
    "operator": altered(
        "operator app.=(app.box,app.box)",
        (
            "CREATE OPERATOR app.= (leftarg = app.box, rightarg = app.box, function = app.same)",
            "DROP OPERATOR app.= (app.box, app.box)",
        ),
        "OPERATOR app.= (app.box, app.box)",
        "SET (RESTRICT = eqsel)",
        "SET (RESTRICT = NONE)",
    ),
    "operator class": replaced(
        "operator class app.boxes USING btree",
        "OPERATOR FAMILY",
        "app.boxes USING btree",
        "CREATE OPERATOR CLASS app.boxes FOR TYPE app.box USING btree AS FUNCTION 1 app.order_of(app.box, app.box)",
        "CREATE OPERATOR CLASS app.boxes DEFAULT FOR TYPE app.box USING btree"
        " AS FUNCTION 1 app.order_of(app.box, app.box)",
    ),
    "access method": Kind(
        "access method other_heap",
        "CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler",
        "DROP ACCESS METHOD other_heap",
    ),
    "text search parser": Kind(
        "text search parser app.p",
        "CREATE TEXT SEARCH PARSER app.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,"
        " LEXTYPES = prsd_lextype)",
        "DROP TEXT SEARCH PARSER app.p",
    ),
    "text search template": Kind(
        "text search template app.t",
        "CREATE TEXT SEARCH TEMPLATE app.t (LEXIZE = dsimple_lexize)",
        "DROP TEXT SEARCH TEMPLATE app.t",
    ),
    "template of a dictionary": replaced(
        "text search dictionary app.words",
        "TEXT SEARCH DICTIONARY",
        "app.words",
        "CREATE TEXT SEARCH DICTIONARY app.words (template = simple)",
        "CREATE TEXT SEARCH DICTIONARY app.words (template = snowball, language = english)",
    ),
    "language": Kind(
        "language other",
        "CREATE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler",
        "DROP LANGUAGE other",
        "CREATE OR REPLACE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler",
        "CREATE OR REPLACE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler",
    ),
    "condition of a publication": altered(
        "publication news",
        (f"CREATE PUBLICATION news FOR TABLE {OWN} WHERE (id > 1)", "DROP PUBLICATION news"),
        "PUBLICATION news",
        f"SET TABLE {OWN} WHERE (id > 2)",
        f"SET TABLE {OWN} WHERE (id > 1)",
    ),
    "columns of a publication": altered(
        "publication news",
        (f"CREATE PUBLICATION news FOR TABLE {OWN} (id)", "DROP PUBLICATION news"),
        "PUBLICATION news",
        f"SET TABLE {OWN} (id, name)",
        f"SET TABLE {OWN} (id)",
    ),
    "schema of a publication": altered(
        "publication news",
        ("CREATE PUBLICATION news", "DROP PUBLICATION news"),
        "PUBLICATION news",
        "ADD TABLES IN SCHEMA app",
        "DROP TABLES IN SCHEMA app",
    ),
    "subscription": altered(
        "subscription feed",
        (
            "CREATE SUBSCRIPTION feed CONNECTION 'host=/nowhere' PUBLICATION news WITH (connect = false)",
            "ALTER SUBSCRIPTION feed SET (slot_name = NONE); DROP SUBSCRIPTION feed",
        ),
        "SUBSCRIPTION feed",
        "SET PUBLICATION other WITH (refresh = false)",
        "SET PUBLICATION news WITH (refresh = false)",
    ),
    "aggregate in parallel": replaced(
        "function app.sum2(integer)",
        "AGGREGATE",
        "app.sum2(int)",
        PARALLEL_SUM.format(""),
        PARALLEL_SUM.format(", combinefunc = int4pl, parallel = safe"),
    ),
    "operator class of a range": replaced(
        "type app.span", "TYPE", "app.span", SPAN.format(""), SPAN.format(", subtype_opclass = text_pattern_ops")
    ),
    "multirange": replaced(
        "type app.span", "TYPE", "app.span", SPAN.format(""), SPAN.format(", multirange_type_name = app.spans")
    ),
    "statistics of an index": altered(
        "index app.ix_lower",
        (f"CREATE INDEX ix_lower ON {OWN} (lower(name))", "DROP INDEX app.ix_lower"),
        "INDEX app.ix_lower",
        "ALTER COLUMN 1 SET STATISTICS 7",
        "ALTER COLUMN 1 SET STATISTICS -1",
    ),
    "owner of statistics": owned(
        (f"CREATE STATISTICS app.together ON name, weight FROM {OWN}", "DROP STATISTICS app.together"),
        "statistics",
        "app.together",
    ),
    "foreign key without its triggers": altered(
        "constraint app.pets.fk",
        (
            f"ALTER TABLE app.pets ADD CONSTRAINT fk FOREIGN KEY (owner_id) REFERENCES {OWN}",
            "ALTER TABLE app.pets DROP CONSTRAINT fk",
        ),
        "TABLE app.pets",
        "DISABLE TRIGGER ALL",
        "ENABLE TRIGGER ALL",
    ),
    "dependency on an extension": Kind(
        "extension dependency app.touch() on plpgsql",
        "ALTER FUNCTION app.touch() DEPENDS ON EXTENSION plpgsql",
        "ALTER FUNCTION app.touch() NO DEPENDS ON EXTENSION plpgsql",
    ),
    "comment on the schema": Kind(
        "comment public",
        "COMMENT ON SCHEMA public IS 'ours'",
        "COMMENT ON SCHEMA public IS 'standard public schema'",
        "COMMENT ON SCHEMA public IS 'theirs'",
        "COMMENT ON SCHEMA public IS 'ours'",
    ),
    "cluster": Kind(
        "index app.ix",
        f"CREATE INDEX ix ON {OWN} (name)",
        "DROP INDEX app.ix",
        f"ALTER TABLE {OWN} CLUSTER ON ix",
        f"ALTER TABLE {OWN} SET WITHOUT CLUSTER",
    ),
    "inheritance": Kind(
        "table app.child",
        f"CREATE TABLE app.child (LIKE {OWN})",
        "DROP TABLE app.child",
        f"ALTER TABLE app.child INHERIT {OWN}",
        f"ALTER TABLE app.child NO INHERIT {OWN}",
    ),
    "replica identity": Kind(
        "table app.toys",
        "CREATE TABLE app.toys (id int)",
        "DROP TABLE app.toys",
        "ALTER TABLE app.toys REPLICA IDENTITY FULL",
        "ALTER TABLE app.toys REPLICA IDENTITY DEFAULT",
    ),
    "unlogged": Kind(
        "table app.toys",
        "CREATE TABLE app.toys (id int)",
        "DROP TABLE app.toys",
        "ALTER TABLE app.toys SET UNLOGGED",
        "ALTER TABLE app.toys SET LOGGED",
    ),
    "column privileges": Kind(
        "privileges column app.owners.name",
        f"GRANT SELECT (name) ON {OWN} TO PUBLIC",
        "REVOKE SELECT (name) ON app.owners FROM PUBLIC",
        f"GRANT UPDATE (name) ON {OWN} TO PUBLIC",
        f"REVOKE UPDATE (name) ON {OWN} FROM PUBLIC",
    ),
    "rights on a type": part(
        "privileges type app.mood",
        ("CREATE TYPE app.mood AS ENUM ('sad')", "DROP TYPE app.mood"),
        "REVOKE USAGE ON TYPE app.mood FROM PUBLIC",
        "GRANT USAGE ON TYPE app.mood TO PUBLIC",
    ),
}
