"""Objects as PostgreSQL allows them, beyond the usual: quoted names, bodies that PostgreSQL reads, rows, options."""

from autogenerate.developer import Developer
from autogenerate.test_objects import TABLE, declares, refused, ships

VIEWS = """
    CREATE VIEW public."Mixed Case" WITH (security_invoker = true) AS SELECT id AS "Id", n FROM t;
    CREATE VIEW w AS SELECT "Id" FROM "Mixed Case";
    COMMENT ON VIEW w IS E'it''s 100%\\n :x';
    COMMENT ON COLUMN "Mixed Case"."Id" IS 'key';
"""
INSTEAD = """
    CREATE FUNCTION insert_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $f$
    BEGIN
        INSERT INTO t (n) VALUES (NEW.n);
        RETURN NEW;
    END
    $f$;
    CREATE TRIGGER "Ins" INSTEAD OF INSERT ON "Mixed Case" FOR EACH ROW EXECUTE FUNCTION insert_it();
"""
DEFERRED = """
    CREATE FUNCTION verify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER con AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION verify();
    COMMENT ON TRIGGER con ON t IS 'deferred';
"""
READ_BODIES = """
    CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(n) FROM "Mixed Case"; END;
    CREATE PROCEDURE p(a int DEFAULT 1) LANGUAGE sql BEGIN ATOMIC
        INSERT INTO t (n) VALUES (a);
        DELETE FROM t WHERE n = a;
    END;
    COMMENT ON FUNCTION total() IS 'sum';
"""
ROWS = """
    CREATE FUNCTION rows_of(x int) RETURNS TABLE (id int, n int) LANGUAGE sql STABLE
    AS 'SELECT id, n FROM t WHERE n = x';
    CREATE VIEW of_rows AS SELECT * FROM rows_of(1);
"""
POLICIES = """
    CREATE FUNCTION may(x int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT x > 0';
    CREATE POLICY pp ON t TO PUBLIC USING (may(n)) WITH CHECK (may(n));
    CREATE POLICY rr ON t AS RESTRICTIVE USING (n < 100);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    ALTER TABLE t FORCE ROW LEVEL SECURITY;
"""
EMPTY = "CREATE MATERIALIZED VIEW empty AS SELECT n FROM t WITH NO DATA;"
FILES = {"a": VIEWS, "b": INSTEAD, "c": DEFERRED, "d": READ_BODIES, "e": ROWS, "f": POLICIES, "g": EMPTY}


def test_unusual_objects_come_change_and_go(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, **FILES)
    ships(developer)
    renamed = POLICIES.replace("may(x int)", "may(y int)").replace("x > 0", "y > 0")
    developer.project.database.execute("ALTER TABLE t ADD CONSTRAINT by_hand CHECK (may(n) OR true)")
    declares(developer, **{**FILES, "f": renamed})
    assert "constraint by_hand on table t uses it, and no file can declare that. Give it another name" in refused(
        developer
    )
    developer.project.database.execute("ALTER TABLE t DROP CONSTRAINT by_hand")
    declares(
        developer,
        a=VIEWS.replace("id AS", "n AS other, id AS").replace("security_invoker = true", "security_barrier"),
        b=INSTEAD,
        c=DEFERRED.replace("n > 0", "n > 1"),
        d=READ_BODIES,
        e=ROWS.replace("(id int, n int)", "(id int, n bigint)"),
        f=renamed,
        g=EMPTY.replace("WITH NO DATA", ""),
    )
    files = ships(developer)
    assert list(files) == ["change", "change_materialized_views", "change_unused_objects"]
    assert 'drop_object("FUNCTION total()"' in files["change"], "PostgreSQL has read its body"
    assert 'drop_object("POLICY pp ON t")' in files["change_unused_objects"], "it calls a function that is made again"
    declares(developer)
    ships(developer)


def test_objects_and_tables_change_together(developer: Developer) -> None:
    developer.begin(TABLE)
    view = "CREATE VIEW v AS SELECT id, n FROM t; CREATE VIEW over AS SELECT n FROM v;"
    counted = "CREATE MATERIALIZED VIEW m AS SELECT n, count(*) AS c FROM v GROUP BY n; CREATE INDEX ix_m ON m (n);"
    declares(developer, v=view, m=counted)
    ships(developer)
    # A column that is filled, a new table with objects of its own, and a view of both.
    title = ', Column("title", Text, nullable=False, server_default=text("gen_random_uuid()::text")))'
    titled = TABLE.replace('Column("n", Integer))', f'Column("n", Integer){title}')
    new_table = 'Table("u", metadata, Column("id", Integer, primary_key=True))\n'
    on_u = (
        "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
        " CREATE TRIGGER noop BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION noop();"
        " CREATE POLICY all_rows ON u USING (true);"
    )
    both = "CREATE VIEW both_tables AS SELECT t.id, t.title FROM t JOIN u USING (id);"
    developer.models(titled + new_table)
    declares(developer, v=view, m=counted, u=on_u, w=both)
    files = ships(developer)
    assert list(files)[:3] == ["change", "change_objects", "change_backfill"]
    assert "VIEW both_tables" in files["change_views"]
    # Another type below a view that changes too, and below a materialized view.
    wider = titled.replace('"n", Integer', '"n", BigInteger')
    developer.models(wider + new_table)
    declares(developer, v=view.replace("id, n FROM", "id, name, n FROM"), m=counted, u=on_u, w=both)
    ships(developer)
    assert "m is computed again while the table of the changed column is locked" in developer.said
    # A table that is renamed, with a new view of its new name, and one that goes with its objects.
    before = developer.catalogue()
    developer.models(wider.replace('"t"', '"people"'))
    view = "CREATE VIEW v AS SELECT id, name, n FROM people; CREATE VIEW over AS SELECT n FROM v;"
    declares(developer, v=view, m=counted, x="CREATE VIEW names AS SELECT name FROM people;")
    developer.prove(developer.rename("t=people"), before)


def test_functions_that_columns_call_come_before_them(developer: Developer) -> None:
    developer.begin(TABLE)
    used = "CREATE FUNCTION plain(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x';"
    called = "CREATE FUNCTION code(x int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN plain(x); END';"
    rows = "CREATE FUNCTION seen() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM u';"
    columns = (
        'Column("n", Integer, server_default=text("code(3)")), Column("code", Integer, server_default=text("code(1)"))'
    )
    new_table = """
        Table("u", metadata, Column("id", Integer, primary_key=True), CheckConstraint("plain(id) > 0", name="positive"))
    """
    declares(developer, a=used + called + rows)
    developer.models(TABLE.replace('Column("n", Integer)', columns) + new_table.strip())
    files = ships(developer)
    assert list(files) == ["change", "change_structure", "change_objects", "change_backfill"]
    assert "Fill t.code where it is NULL" in files["change_backfill"], "code() is volatile"


def test_words_of_names_and_columns_are_no_keywords(developer: Developer) -> None:
    developer.begin(TABLE)
    costs = "CREATE FUNCTION costs() RETURNS TABLE (cost int, n int) LANGUAGE sql STABLE AS 'SELECT id, n FROM t';"
    view = 'CREATE VIEW "a ON b" AS SELECT id, n FROM t;'
    declares(developer, a=costs + view)
    ships(developer)
    declares(developer, a=costs.replace("n int)", "m int)") + view)
    assert "Make function costs() again" in ships(developer)["change"], "PostgreSQL renames no column of its rows"
    declares(developer, a=costs.replace("n int)", "m int)") + view.replace("id, n", "id"))
    assert 'phase = "contract"' in ships(developer)["change"], "a column of the view goes"


def test_a_label_is_renamed_under_a_function_that_writes_it(developer: Developer) -> None:
    mood = 'Table("t", metadata, Column("id", Integer, primary_key=True), Column("m", Enum("sad", "ok", name="mood")))'
    developer.begin(mood)
    view = "CREATE VIEW fine AS SELECT id FROM t WHERE m = 'ok';"
    count = "CREATE FUNCTION fine_ones() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM t WHERE m = 'ok' $$;"
    other = "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    declares(developer, a=view, b=count, c=other)
    ships(developer)
    developer.models(mood.replace('"ok"', '"good"'))
    declares(developer, a=view, b=count.replace("'ok'", "'good'"), c=other)
    done = developer.project.rollout("revision", "--autogenerate", "-m", "rename", "--rename", "mood.ok=good")
    assert done.returncode == 2
    assert "objects/b.sql:1: function fine_ones() writes 'good', and would come before the label has" in done.stderr
    both = count.replace("m = 'ok'", "m::text IN ('ok', 'good')")
    developer.models(mood)
    declares(developer, a=view, b=both, c=other)
    ships(developer)
    before = developer.catalogue()
    developer.models(mood.replace('"ok"', '"good"'))
    written = developer.rename("mood.ok=good")
    said = " ".join(developer.said.split())
    assert "view fine, function fine_ones(): where 'ok' is this label, compare its text (::text) with both" in said
    developer.prove(written, before)
    assert developer.project.database.scalar("SELECT fine_ones()") == 0


def test_a_table_is_renamed_under_a_function_that_reads_it(developer: Developer) -> None:
    developer.begin(TABLE)
    body = "BEGIN RETURN (SELECT count(*) FROM t); END"
    count = f"CREATE FUNCTION counted() RETURNS bigint LANGUAGE plpgsql AS $$ {body} $$;"
    declares(developer, a=count)
    ships(developer)
    before = developer.catalogue()
    developer.models(TABLE.replace('"t"', '"people"'))
    done = developer.project.rollout("revision", "--autogenerate", "-m", "rename", "--rename", "t=people")
    assert done.returncode == 2
    assert "function counted() names t, which is renamed to people. Write people there." in done.stderr
    declares(developer, a=count.replace("FROM t", "FROM people"))
    developer.prove(developer.rename("t=people"), before)
    assert developer.project.database.scalar("SELECT counted()") == 0


def test_a_view_with_the_name_of_a_table_is_refused(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, a="CREATE VIEW t AS SELECT 1 AS a;")
    assert "objects/a.sql:1: view t has the name of a table. Give it another one." in refused(developer)


def test_labels_come_under_a_function_that_takes_the_enum(developer: Developer) -> None:
    mood = 'Table("t", metadata, Column("id", Integer, primary_key=True), Column("m", Enum("sad", "ok", name="mood")))'
    developer.begin(mood)
    function = "CREATE FUNCTION same(m mood, more mood[]) RETURNS mood LANGUAGE sql AS 'SELECT m';"
    declares(developer, a=function, b="CREATE VIEW moods AS SELECT same(m, '{}') AS m FROM t;")
    ships(developer)
    developer.models(mood.replace('"ok",', '"ok", "happy",'))
    ships(developer)
