"""Functions, views, triggers and policies of SQL files: what is written when one comes, changes and goes."""

from textwrap import dedent

import pytest

from autogenerate.developer import Developer

TABLE = """
Table("t", metadata, Column("id", Integer, primary_key=True), Column("name", Text), Column("n", Integer))
"""
SHOUT = "CREATE FUNCTION shout(word text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(word) || '!' $$;\n"
NAMED = """
    -- Named before the function that it calls.
    CREATE VIEW a_named AS
    SELECT id, shout(name) AS name FROM t WHERE name <> ':x 100%';
"""
TOUCH = """
    CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.name = coalesce(NEW.name, 'é "quoted" \\ % :name');
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER touched BEFORE UPDATE OF n ON t FOR EACH ROW EXECUTE FUNCTION touch();
"""
POLICIES = """
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY positive ON t FOR SELECT USING (n > 0);
    COMMENT ON POLICY positive ON t IS 'no debts';
"""
COUNTED = """
    CREATE MATERIALIZED VIEW counted AS SELECT name, count(*) AS n FROM a_named GROUP BY name;
    CREATE UNIQUE INDEX ix_counted ON counted (name);
    COMMENT ON MATERIALIZED VIEW counted IS 'by name';
    COMMENT ON COLUMN counted.n IS 'how many';
"""


def declares(developer: Developer, **files: str) -> None:
    """Write the files of the folder, and no others."""
    folder = developer.project.folder / "objects"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.sql"):
        path.unlink()
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(dedent(text).lstrip())


def ships(developer: Developer, message: str = "change") -> dict[str, str]:
    """Generate, and prove what was written."""
    before = developer.catalogue()
    written = developer.generate(message)
    developer.prove(written, before)
    return {path.stem.partition("_")[2]: path.read_text() for path in written}


def refused(developer: Developer) -> str:
    """Type the command, make sure that it is refused in one line and writes nothing, and return the line."""
    before = set(developer.project.versions.glob("*.py"))
    done = developer.type()
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert set(developer.project.versions.glob("*.py")) == before
    return done.stderr


def test_a_view_and_the_function_that_it_calls_come_change_and_go(developer: Developer) -> None:
    developer.begin(TABLE)
    project = developer.project
    declares(developer, a_view=NAMED, shout=SHOUT)
    check = project.alembic("check")
    assert check.returncode != 0
    assert "is declared in objects/a_view.sql:2, and no revision makes it" in check.stderr + check.stdout
    files = ships(developer)
    assert list(files) == ["change"]
    assert files["change"].index("FUNCTION shout") < files["change"].index("VIEW a_named")
    assert "Create view a_named from objects/a_view.sql:2" in developer.said
    declares(developer, a_view=NAMED.replace("100%", "%"), shout=SHOUT.replace("'!'", "'!!'"))
    drift = project.rollout("drift", "--ignore", "extension vector")
    assert "view a_named is not the same in objects/a_view.sql:2 as in the revision that made it last" in drift.stdout
    assert list(ships(developer)) == ["change"]
    assert "a_named: ACCESS EXCLUSIVE" in developer.said


def test_a_view_that_is_made_again_keeps_its_rights_and_what_reads_it(developer: Developer) -> None:
    developer.begin(TABLE)
    outer = 'CREATE VIEW "Outer" AS SELECT * FROM a_named;'
    declares(developer, a_view=NAMED, shout=SHOUT, outer=outer)
    ships(developer)
    database = developer.project.database
    developer.project.sql(
        "003",
        "GRANT SELECT (id), UPDATE ON a_named TO PUBLIC; REVOKE ALL ON FUNCTION shout(text) FROM PUBLIC",
        "REVOKE SELECT (id), UPDATE ON a_named FROM PUBLIC; GRANT ALL ON FUNCTION shout(text) TO PUBLIC",
        header='phase = "contract"',
    )
    developer.project.upgrade()
    rights = "SELECT relname::text, relacl::text FROM pg_class WHERE relname IN ('a_named', 'Outer') ORDER BY 1"
    before = database.rows(rights), database.rows("SELECT proacl::text FROM pg_proc WHERE proname = 'shout'")
    declares(developer, a_view=NAMED.replace("SELECT id,", "SELECT n, id,"), shout=SHOUT, outer=outer)
    files = ships(developer)
    assert "phase" not in files["change"], "no column goes"
    declares(
        developer,
        a_view=NAMED.replace("SELECT id,", "SELECT n, id,"),
        shout=SHOUT.replace("word text", "words text").replace("word)", "words)"),
        outer=outer,
    )
    files = ships(developer)
    assert 'phase = "contract"' in files["change"], "PostgreSQL renames no parameter"
    assert (
        database.rows(rights),
        database.rows("SELECT proacl::text FROM pg_proc WHERE proname = 'shout'"),
    ) == before
    declares(developer, a_view=NAMED, shout=SHOUT, outer=outer)
    files = ships(developer)
    assert 'phase = "contract"' in files["change"], "a column goes"
    assert "Make view a_named again, without n" in developer.said
    developer.project.database.execute("CREATE VIEW by_hand AS SELECT id FROM a_named")
    declares(developer, a_view=NAMED.replace("SELECT id,", "SELECT n, id,"), shout=SHOUT, outer=outer)
    assert "view by_hand uses it, and no file declares that" in refused(developer)


def test_every_kind_comes_changes_and_goes(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, a=POLICIES, b=COUNTED, c=TOUCH, d=NAMED, e=SHOUT)
    files = ships(developer)
    assert list(files) == ["change", "change_materialized_views", "change_unused_objects"]
    assert "ENABLE ROW LEVEL SECURITY" in files["change_unused_objects"]
    declares(
        developer,
        a=POLICIES.replace("n > 0", "n >= 0").replace("debts", "debt"),
        b=COUNTED.replace("count(*)", "sum(1)").replace("how many", "sum"),
        c=TOUCH.replace("UPDATE OF n", "INSERT OR UPDATE"),
        d=NAMED,
        e=SHOUT,
    )
    files = ships(developer)
    declares(developer, a=POLICIES, b=COUNTED.replace("(name)", "(name, n)"), c=TOUCH, d=NAMED, e=SHOUT)
    ships(developer)
    declares(developer)
    files = ships(developer)
    assert all('phase = "contract"' in text for text in files.values())
    (developer.project.folder / "objects").rmdir()
    assert developer.generate() == []


def test_a_changed_signature_is_a_new_function_and_a_contract_that_drops_the_old(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, a=NAMED, e=SHOUT)
    ships(developer)
    wider = SHOUT.replace("(word text)", "(word text, loud int DEFAULT 1)")
    declares(developer, a=NAMED, e=wider)
    files = ships(developer)
    assert list(files) == ["change"], "a call of one value would fit both"
    assert 'phase = "contract"' in files["change"]
    declares(
        developer, a=NAMED.replace("shout(name)", "shout(name, 1, 2)"), e=SHOUT.replace("text)", "text, int, int)")
    )
    files = ships(developer)
    assert "FUNCTION shout(word text, int, int)" in files["change"]
    assert 'drop_object("FUNCTION shout(text, integer)"' in files["change_unused_objects"]


def test_what_revisions_made_by_hand_is_adopted_and_its_definition_is_the_downgrade(developer: Developer) -> None:
    developer.begin(TABLE)
    developer.project.sql(
        "002",
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        " CREATE TRIGGER by_hand BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();"
        " CREATE TRIGGER touched BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();"
        " CREATE VIEW seen AS SELECT id FROM t; COMMENT ON VIEW seen IS 'old';"
        " CREATE POLICY positive ON t FOR SELECT USING (n > 10)",
        "DROP POLICY positive ON t; DROP VIEW seen; DROP TRIGGER by_hand ON t; DROP TRIGGER touched ON t;"
        " DROP FUNCTION touch()",
    )
    developer.project.upgrade()
    declares(developer, seen="CREATE VIEW seen AS SELECT id, n FROM t;")
    assert "Add to the file: COMMENT ON VIEW seen IS 'old';" in refused(developer)
    seen = "CREATE VIEW seen AS SELECT id, n FROM t; COMMENT ON VIEW seen IS 'new';"
    declares(developer, touch=TOUCH, seen=seen, p="CREATE POLICY positive ON t FOR SELECT USING (n > 0);")
    files = ships(developer)
    down = files["change"].partition("def downgrade")[2]
    assert "BEGIN RETURN NEW; END" in down
    assert "CREATE POLICY positive ON t AS PERMISSIVE" in down
    assert "'old'" in down


def test_a_column_changes_its_type_under_the_objects_that_use_it(developer: Developer) -> None:
    developer.begin(TABLE.replace("Text", "String(10)"))
    declares(developer, a=POLICIES, b=COUNTED, c=TOUCH, d=NAMED, e=SHOUT)
    ships(developer)
    developer.project.database.execute("INSERT INTO t VALUES (1, 'one', 1)")
    developer.models(TABLE)
    files = ships(developer)
    assert list(files) == ["change"], "a longer text is in place"
    developer.models(TABLE.replace('"n", Integer', '"n", BigInteger'))
    files = ships(developer)
    assert "BigInteger" in "".join(files.values())
    assert developer.project.database.rows("SELECT pg_typeof(n)::text FROM t") == [("bigint",)]


def test_a_column_or_table_that_goes_has_to_be_out_of_the_files(developer: Developer) -> None:
    other = 'Table("u", metadata, Column("id", Integer, primary_key=True))\n'
    # A downgrade restores a column as the last one.
    without = 'Table("t", metadata, Column("id", Integer, primary_key=True), Column("n", Integer))\n'
    name_last = without.replace("))\n", '), Column("name", Text))\n')
    developer.begin(name_last + other)
    on_u = TOUCH.replace("BEFORE UPDATE OF n ON t", "BEFORE UPDATE ON u")
    star = "CREATE VIEW stars AS SELECT * FROM t; CREATE VIEW over AS SELECT id, n FROM stars;"
    declares(developer, c=on_u, d=NAMED, e=SHOUT, f="CREATE VIEW ids AS SELECT id FROM u;", g=star)
    ships(developer)
    trigger = "CREATE TRIGGER by_hand BEFORE DELETE ON u FOR EACH ROW EXECUTE FUNCTION touch()"
    developer.project.sql("003", trigger, "DROP TRIGGER by_hand ON u")
    developer.project.upgrade()
    developer.models(without)
    assert "objects/d.sql:2: view a_named uses t.name, which this change drops" in refused(developer)
    declares(developer, c=on_u, d="CREATE VIEW a_named AS SELECT id FROM t", e=SHOUT, g=star)
    assert "objects/c.sql:7: trigger touched on u uses u, which this change drops" in refused(developer)
    declares(developer, d="CREATE VIEW a_named AS SELECT id FROM t", e=SHOUT, g=star)
    files = ships(developer)
    assert list(files) == ["change", "change_contract", "change_unused_functions"]
    assert 'drop_object("VIEW stars", keep_rights=True)' in files["change_contract"], "* loses a column"
    assert "FUNCTION touch()" in files["change_unused_functions"], "its trigger goes with the table"


def test_a_renamed_table_and_the_objects_on_it(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, a=POLICIES, c=TOUCH, d=NAMED, e=SHOUT)
    ships(developer)
    developer.models(TABLE.replace('"t"', '"people"'))
    done = developer.project.rollout("revision", "--autogenerate", "-m", "rename", "--rename", "t=people")
    assert done.returncode == 2
    assert "row level security of t names t, which is renamed to people" in done.stderr
    before = developer.catalogue()
    declares(
        developer,
        a=POLICIES.replace(" t ", " people "),
        c=TOUCH.replace(" t ", " people "),
        d=NAMED.replace(" t ", " people "),
        e=SHOUT,
    )
    written = developer.rename("t=people")
    assert all("_object(" not in path.read_text() for path in written), "they go with their table"
    developer.prove(written, before)


def test_a_renamed_column_and_a_view_that_is_changed_behind_the_backfill(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, d=NAMED, c=TOUCH, e=SHOUT)
    ships(developer)
    before = developer.catalogue()
    developer.models(TABLE.replace('"name"', '"title"'))
    declares(
        developer,
        d=NAMED.replace("shout(name)", "shout(title)").replace("name <>", "title <>"),
        c=TOUCH.replace("NEW.name", "NEW.title"),
        e=SHOUT,
    )
    written = developer.rename("t.name=title")
    kinds = [path.stem.partition("_")[2] for path in written]
    assert kinds == ["rename", "rename_objects", "rename_backfill", "rename_views", "rename_contract"]
    developer.prove(written, before)


def test_labels_of_an_enum_come_and_go_under_a_view_of_its_column(developer: Developer) -> None:
    mood = (
        'Table("t", metadata, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", name="mood")))'
    )
    developer.begin(mood)
    declares(
        developer, a="CREATE VIEW moods AS SELECT id, mood FROM t;", b="CREATE VIEW few AS SELECT mood FROM moods;"
    )
    ships(developer)
    developer.models(mood.replace('"ok",', '"ok", "happy",'))
    ships(developer)
    developer.models(mood.replace('"sad", "ok",', '"ok", "happy",'))
    before = developer.catalogue()
    written = developer.generate()
    accepting = 'accepted = {"changing-column-type": "few rows", "rows-lost": "few rows"}\n'
    written[-1].write_text(written[-1].read_text().replace('phase = "contract"\n', f'phase = "contract"\n{accepting}'))
    developer.prove(written, before)


def test_sql_of_an_upgrade_has_the_texts_as_they_are(developer: Developer) -> None:
    developer.begin(TABLE)
    declares(developer, a_view=NAMED, shout=SHOUT)
    developer.generate()
    developer.project.upgrade()
    declares(developer, a_view=NAMED.replace("SELECT id,", "SELECT n, id,"), shout=SHOUT)
    developer.generate()
    written = developer.project.alembic("upgrade", "001:head", "--sql").stdout
    assert "WHERE name <> ':x 100%';" in written
    database = developer.project.database
    restored = written[written.index("DROP VIEW a_named") :].partition("UPDATE alembic_version")[0]
    saved = written[: written.index("DROP VIEW a_named")].rpartition("SELECT set_config")[2]
    before = database.rows("SELECT relacl::text FROM pg_class WHERE relname = 'a_named'")
    database.execute(f"BEGIN; SELECT set_config{saved}{restored}; COMMIT".replace("%", "%%"))
    assert database.rows("SELECT relacl::text FROM pg_class WHERE relname = 'a_named'") == before
    assert database.rows("SELECT count(n) FROM a_named") == [(0,)]


@pytest.mark.parametrize("text", ["CREATE VIEW a_named AS SELECT missing FROM t;"])
def test_what_postgresql_refuses_is_said_when_it_is_applied(developer: Developer, text: str) -> None:
    developer.begin(TABLE)
    declares(developer, a=text)
    developer.generate()
    done = developer.project.alembic("upgrade", "head")
    assert done.returncode != 0
    assert "missing" in done.stderr
