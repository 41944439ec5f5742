"""The files that declare objects: what is read from them, and what is refused, in one line with its place."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from alembic_rollout.errors import UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.sql_objects.declared import declared_objects
from alembic_rollout.sql_objects.sql_changes import SqlObjects
from alembic_rollout.sql_objects.sql_object import SqlObject

VIEW = "CREATE VIEW v AS SELECT 1 AS one"


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """A project with an empty folder of objects and no revisions."""
    for folder in ("migrations/versions", "objects"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\npath_separator = os\n")
    config = Config(str(tmp_path / "alembic.ini"))
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    return Environment(config, ScriptDirectory.from_config(config), None)


def names(environment: Environment, **files: str | bytes) -> list[str]:
    for name, content in files.items():
        path = environment.folder / "objects" / f"{name}.sql"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(declared_objects(environment))


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            "CREATE OR REPLACE FUNCTION public.f(a int, OUT b text, VARIADIC c text[]) RETURNS x AS $$;$$ LANGUAGE c",
            "",
        ),
        ("create function f(a int = 1, double precision, b varchar(10) default ',') returns int return 1", ""),
        ('CREATE FUNCTION "F o"(timestamp with time zone, x app."T y") RETURNS int RETURN 1', ""),
        ("CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END", "PROCEDURE p()"),
        ("CREATE RECURSIVE VIEW app.v (n) AS SELECT 1", "VIEW app.v"),
        ("CREATE MATERIALIZED VIEW public.m AS SELECT 1 WITH NO DATA", "MATERIALIZED VIEW m"),
        (
            'CREATE CONSTRAINT TRIGGER "T" AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION f()',
            'TRIGGER "T" ON t',
        ),
        ("CREATE POLICY p ON app.t USING (true)", "POLICY p ON app.t"),
        ("ALTER TABLE ONLY t ENABLE ROW LEVEL SECURITY", "ROW LEVEL SECURITY ON t"),
        ("ALTER TABLE t FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY ON t"),
    ],
)
def test_every_kind_has_a_name(environment: Environment, statement: str, name: str) -> None:
    functions = (
        "FUNCTION f(integer, text[])",
        "FUNCTION f(integer, double precision, varchar)",
        'FUNCTION "F o"(timestamptz, app."T y")',
    )
    [found] = names(environment, a=f"/* c; */ {statement} ;\n-- the end")
    assert found == name if name else found in functions


def test_comments_and_indexes_belong_to_what_the_files_declare(environment: Environment) -> None:
    text = """
        CREATE FUNCTION f(a int) RETURNS int RETURN 1; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
        COMMENT ON FUNCTION f(integer) IS 'f'; COMMENT ON COLUMN m.a IS 'a'; CREATE INDEX i ON m (a);
    """
    assert names(environment, a=text)[2:] == ["COMMENT ON FUNCTION f(integer)", "COMMENT ON COLUMN m.a", "INDEX i"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\nCREATE TABLE t (id int);", "objects/a.sql:2: CREATE TABLE is none of what is declared here"),
        ("SELECT 1;", "objects/a.sql:1: SELECT 1 declares no object"),
        ("GRANT SELECT ON v TO x;", "Move it into a revision."),
        ("CREATE TEMP VIEW v AS SELECT 1", "ends with its session"),
        ("CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1", "leave out CONCURRENTLY and IF NOT EXISTS"),
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY", "only ENABLE and FORCE ROW LEVEL SECURITY"),
        ("CREATE INDEX i ON t (a)", "index i is on t, which is no materialized view of these files"),
        ("COMMENT ON VIEW w IS ''", "the comment on view w is of nothing that these files declare"),
        (f"{VIEW};\n{VIEW}, 2 AS two", "objects/a.sql:2: view v is declared in objects/a.sql:1 too. Keep one of them."),
        ("CREATE VIEW v AS SELECT 'one", "objects/a.sql:1: a quote of this statement is not closed"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;", "a quote of this statement is not closed"),
        (
            "CREATE VIEW v AS SELECT 1; /* open\nCREATE VIEW w AS SELECT 1;",
            "objects/a.sql: a comment that begins with /*",
        ),
        ("CREATE FUNCTION f AS 'SELECT 1'", "objects/a.sql:1: function f has no list of parameters. Write it"),
        ("CREATE VIEW", "objects/a.sql:1: view without a name. Write it behind VIEW."),
        ("CREATE POLICY p", "objects/a.sql:1: policy p is on no table. Write ON and the table behind it."),
        ("CREATE VIEW v AS SELECT 'é'".encode("latin-1"), "objects/a.sql is not in UTF-8"),
    ],
)
def test_anything_else_is_one_line(environment: Environment, content: str | bytes, said: str) -> None:
    with pytest.raises(UsageError, match=r"^[^\n]+$") as caught:
        names(environment, a=content)
    assert said in str(caught.value)


def test_two_files_that_declare_one_object_are_named(environment: Environment) -> None:
    with pytest.raises(UsageError, match=r"objects/b.sql:1: view v is declared in objects/a.sql:1 too"):
        names(environment, a=VIEW, b=VIEW.replace("VIEW v", 'VIEW public."v"'))


def test_an_empty_folder_an_empty_file_and_none_declare_nothing(environment: Environment) -> None:
    assert names(environment) == []
    assert names(environment, a="\n-- nothing yet\n; /* nor here /* */ */ -- /* nor here") == []
    (environment.folder / "objects/a.sql").unlink()
    (environment.folder / "objects").rmdir()
    assert SqlObjects.of(environment).changes == ()


def test_a_folder_that_the_settings_name_has_to_be_there(environment: Environment) -> None:
    environment.config.attributes["rollout"] = {"sql_objects": "db/sql"}
    with pytest.raises(UsageError, match="sql_objects names db/sql, which is no folder"):
        declared_objects(environment)


def test_line_endings_spaces_comments_and_or_replace_are_no_change(environment: Environment) -> None:
    revision = environment.folder / "migrations/versions/001_a.py"
    call = '    operations.create_object("CREATE VIEW v AS SELECT 1 AS one")\n'
    revision.write_text(f'revision = "001"\ndown_revision = None\n\n\ndef upgrade():\n{call}')
    names(environment, a="-- seen\r\nCREATE  OR REPLACE VIEW public.v AS\r\n  SELECT 1 /* ! */ AS one;\r\n")
    assert [change.title for change in SqlObjects.of(environment).changes] == ["view v"]
    names(environment, a="-- seen\r\nCREATE  OR REPLACE VIEW v AS\r\n  SELECT 1 /* ! */ AS one;\r\n")
    assert SqlObjects.of(environment).changes == ()


def test_of_two_branches_that_were_merged_the_last_text_counts(environment: Environment) -> None:
    def writes(revision: str, after: str, text: str) -> None:
        path = environment.folder / f"migrations/versions/{revision}_a.py"
        body = f"from alembic_rollout import operations\n\n\ndef upgrade():\n    operations.replace_object({text!r})\n"
        path.write_text(f'revision = "{revision}"\ndown_revision = {after}\n{body}')

    writes("001", "None", VIEW)
    writes("002", '"001"', VIEW.replace("1", "2"))
    writes("003", '"001"', "CREATE VIEW w AS SELECT 1")
    names(environment, a=VIEW, b="CREATE VIEW w AS SELECT 1")
    assert [change.title for change in SqlObjects.of(environment).changes] == ["view v"]
    environment.__dict__.pop("tree")
    writes("004", '("002", "003")', VIEW)
    assert SqlObjects.of(environment).changes == ()


def test_a_text_that_is_put_together_cannot_be_compared(environment: Environment) -> None:
    revision = environment.folder / "migrations/versions/001_a.py"
    call = '    operations.create_object(f"CREATE VIEW {name} AS SELECT 1")\n'
    revision.write_text(f'revision = "001"\ndown_revision = None\n\n\ndef upgrade():\n{call}')
    with pytest.raises(UsageError, match=r"001_a.py:6: this text is put together when the revision runs"):
        SqlObjects.of(environment)


@pytest.mark.parametrize(
    "body",
    [
        "SELECT count(*) FROM t",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET n = 1",
        "UPDATE ONLY t SET n = 1",
        "DELETE FROM t",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DO NOTHING",
        "TRUNCATE t",
        "LOCK TABLE t",
    ],
)
def test_a_function_names_the_tables_that_its_body_reads_and_writes(body: str) -> None:
    function = SqlObject.read(f"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ {body} $$")
    assert function.reads("t")
    assert not function.reads("n")
