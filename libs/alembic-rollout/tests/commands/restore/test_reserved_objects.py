"""What only a superuser can create is left out of a restore, with what depends on it, and it is said."""

from reserved_objects import RESERVED, Reserved, create_reserved

from alembic_rollout.backup import filling
from commands.restore.moved_shop import Shop

(FOREIGN, *_) = RESERVED
LENGTH_OF = next(kind for kind in RESERVED if "length_of" in kind.what)


def line_of(object_name: str) -> str:
    """How the table of contents of a backup begins to name an object, in lower case and without its schema."""
    return object_name.lower().replace("public.", "").partition("(")[0]


def said_of(output: str) -> str:
    return output.lower().replace("public.", "").replace(" public ", " ").replace(" - ", " ").replace("pg_catalog", "")


def test_what_only_a_superuser_can_create_is_left_out_and_named(shop: Shop) -> None:
    create_reserved(shop.database)
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert shop.note() == "changed since"
    said = [line for line in said_of(done.stdout).splitlines() if line.startswith("left out: ")]
    for kind in RESERVED:
        for name in (kind.what, *kind.with_it):
            words = line_of(name).replace("the privileges on", "acl").replace("pg_catalog.", "").split()
            assert any(all(word in line for word in words) for line in said), name
    for kept in ("numbers", "parts"):
        assert shop.database.scalar(f"SELECT to_regclass('{kept}')") == kept


def test_what_surely_takes_a_superuser_is_said_before_the_restore(shop: Shop) -> None:
    create_reserved(shop.database, FOREIGN)
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE USER MAPPING FOR PUBLIC SERVER away")
    file = shop.back_up()

    dry, done = shop.restore(file=file), shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    expected = [
        "FOREIGN DATA WRAPPER - w postgres (only a superuser can restore it)",
        "SERVER - away postgres (it depends on what is left out)",
        "USER MAPPING - USER MAPPING public SERVER away postgres (it depends on what is left out)",
        "FOREIGN TABLE public far postgres (it depends on what is left out)",
        "FOREIGN TABLE public far_part postgres (it depends on what is left out)",
        "VIEW public on_far postgres (it depends on what is left out)",
    ]
    assert [line.removeprefix("Left out:  ") for line in dry.stdout.splitlines() if "Left out" in line] == expected
    assert [line.removeprefix("Left out: ") for line in done.stdout.splitlines() if line.startswith("Left out: ")][
        len(expected) :
    ] == expected


def test_rows_that_were_not_said_to_be_left_out_end_the_restore(shop: Shop) -> None:
    create_reserved(
        shop.database,
        LENGTH_OF,
        Reserved(
            "CREATE TABLE measured (one text, size int GENERATED ALWAYS AS (length_of(one)) STORED);"
            "INSERT INTO measured VALUES ('a')",
            "",
        ),
    )
    file = shop.back_up()
    owner = shop.database.owner

    done = shop.restore("--yes", file=file)
    as_superuser = shop.restore("--yes", file=file, MIGRATION_DATABASE_URL=shop.database.superuser_url)

    assert done.returncode == 1
    assert (
        f"was left as it is: {owner} cannot restore TABLE DATA public measured postgres, because it may not create"
        " everything that these need: function public.length_of(text) (permission denied for language internal); so"
        " without view public.lengths, table public.measured. Restore as a superuser (MIGRATION_DATABASE_URL)."
    ) in done.stderr
    assert as_superuser.returncode == 0, as_superuser.stderr
    assert shop.database.rows("SELECT one, size FROM measured") == [("a", 1)]


def test_a_view_whose_rows_only_a_superuser_may_read_comes_back_unfilled(shop: Shop) -> None:
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE MATERIALIZED VIEW secrets AS SELECT rolpassword FROM pg_authid")
        superuser.exec_driver_sql(f"GRANT SELECT ON secrets TO {shop.database.owner}")
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert "Left out: materialized view data public.secrets (permission denied for table pg_authid)" in done.stdout
    assert shop.database.scalar("SELECT ispopulated FROM pg_matviews WHERE matviewname = 'secrets'") is False


def test_a_file_of_many_definitions_is_tried_out_in_a_database_that_is_made_again(shop: Shop) -> None:
    create_reserved(shop.database, LENGTH_OF)
    count = filling._MOST_ENTRIES_OF_A_TRANSACTION
    shop.database.execute(
        f"DO $$ BEGIN FOR n IN 1..{count} LOOP EXECUTE 'CREATE TYPE t' || n || ' AS ()'; END LOOP; END $$"
    )
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 0, done.stderr
    assert "Left out: function public.length_of(text) (permission denied for language internal)" in done.stdout
    assert shop.database.scalar(f"SELECT to_regtype('t{count}') IS NOT NULL")
    assert len(shop.databases()) == 2


def test_a_foreign_table_of_an_extensions_wrapper_comes_back(shop: Shop, foreign: str) -> None:
    file = shop.back_up()

    done = shop.restore("--yes", file=file, ROLLOUT_ADMIN_URL=foreign)

    assert done.returncode == 0, done.stderr
    assert "Left out" not in done.stdout
    assert shop.database.scalar("SELECT count(*) FROM pg_foreign_table WHERE ftrelid = 'far'::regclass") == 1
    assert shop.database.scalar("SELECT has_foreign_data_wrapper_privilege('farther', 'USAGE')")
