"""What is hidden in texts and statements, and what a reader still gets: functions of text."""

import pytest

from alembic_rollout.redaction.errors_as_text import text_of
from alembic_rollout.redaction.secrets import hide_secrets, passwords_of
from alembic_rollout.redaction.sql_values import without_literals, without_passwords
from alembic_rollout.redaction.texts import hide_quoted, hide_values, on_one_line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ALTER ROLE app PASSWORD 'it''s secret' VALID", "ALTER ROLE app PASSWORD *** VALID"),
        ("EXECUTE 'ALTER ROLE x PASSWORD ''canary'''; END", "EXECUTE 'ALTER ROLE x PASSWORD ***; END"),
        ("host=db password=secret user=me", "host=db password=*** user=me"),
        ("PGPASSWORD=secret psql", "PGPASSWORD=*** psql"),
        ('password authentication failed for user "me"', 'password authentication failed for user "me"'),
        ("postgresql://me:p@ss@db/shop", "postgresql://me:***@db/shop"),
        ("http://u:pw/x@h:1/a", "http://u:***@h:1/a"),
        ("see http://h:80/a and b@c", "see http://h:80/a and b@c"),
        ('could not translate host name "ss@db" to address', 'could not translate host name "***@db" to address'),
        ("a hash $argon2id$v=19$m=1,t=2,p=1$abc$def of it", "a hash *** of it"),
        ("a hash $2b$12$abcdefghijk of it", "a hash *** of it"),
        ("SCRAM-SHA-256$4096:c2FsdA==$c3Rv:a2V5", "***"),
    ],
)
def test_passwords_are_hidden_wherever_they_stand(text: str, said: str) -> None:
    assert hide_secrets(text) == said


def test_a_password_that_was_not_escaped_is_known_all_the_same() -> None:
    assert {"p@ssword", "p%40ssword"} <= passwords_of("postgresql://me:p@ssword@db/shop")
    assert "adm@in-pw" in passwords_of("postgresql://me:adm%40in-pw@db/postgres")
    assert passwords_of("") == passwords_of("postgresql://me@db/shop") == frozenset()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 'a''b', E'x\\'y', U&'\\00e9', B'1'", "SELECT '***', '***', '***', '***'"),
        ('SELECT "Na\'me", t1.c2 FROM t WHERE x = -5.5e-3', 'SELECT "Na\'me", t1.c2 FROM t WHERE x = -***'),
        ("SELECT $1, %(id_1)s, $t$ a $$ b $t$, $$ c $$", "SELECT $1, %(id_1)s, '***', '***'"),
        ("SELECT 1 -- for bob\n, 2 /* alice */", "SELECT ***  \n, ***"),
        ("UPDATE t SET a = 'cut off by the ser", "UPDATE t SET a = '***'"),
        ("DO $$ BEGIN cut off by", "DO '***'"),
        (
            "ALTER TABLE o ADD c varchar(20), ADD d numeric(10, 2)",
            "ALTER TABLE o ADD c varchar(20), ADD d numeric(10, 2)",
        ),
    ],
)
def test_a_statement_keeps_its_names_and_loses_its_values(sql: str, said: str) -> None:
    assert without_literals(sql) == said


def test_short_numbers_stay_in_code_of_ones_own() -> None:
    assert without_literals("SELECT 1 / 0, 4111", longest_number=3) == "SELECT 1 / 0, ***"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER ROLE app PASSWORD 'x'", "ALTER ROLE app PASSWORD '***'"),
        ("DO $$ BEGIN EXECUTE format('ALTER ROLE a PASSWORD %L', 'x'); END $$", "DO '***'"),
        (
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (password 'x')",
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (password '***')",
        ),
        ("INSERT INTO t VALUES ('bob')", "INSERT INTO t VALUES ('bob')"),
        ("CREATE TABLE u (password text, role text)", "CREATE TABLE u (password text, role text)"),
    ],
)
def test_a_plan_shows_the_code_of_a_revision_and_no_password(sql: str, said: str) -> None:
    assert without_passwords(sql) == said


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('invalid input syntax for type integer: "4111 "1111"', 'invalid input syntax for type integer: "***"'),
        ("value too long for type character varying(3)", "value too long for type character varying(3)"),
        ("ungültige Eingabe: »geheim«", "ungültige Eingabe: »***«"),
        ('invalid byte sequence for encoding "UTF8": 0xff', 'invalid byte sequence for encoding "***": ***'),
        ("division by zero", "division by zero"),
        ("it's late, isn't it?", "it's late, isn't it?"),
    ],
)
def test_what_a_data_exception_quotes_is_hidden_in_every_language(message: str, said: str) -> None:
    assert hide_quoted(message) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('duplicate key violates "uq" DETAIL: Key (email)=(a@b.c) already exists.', 'duplicate key violates "uq"'),
        ("syntax error at end of input LINE 1: INSERT INTO cards VALUES (4111", "syntax error at end of input"),
        ("at ARRAY['bob@example.org', 'eve'] and E'a\\\\b'", "at ARRAY['***', '***'] and '***'"),
        ("at $$secret$$ or $t$secret $$ too$t$ here", "at '***' or '***' here"),
    ],
)
def test_a_text_of_unknown_origin_loses_what_it_is_known_to_quote(text: str, said: str) -> None:
    assert hide_values(text) == said


def test_a_text_is_one_line_of_characters_that_can_be_written() -> None:
    assert on_one_line("a\nb\x00 \x1b[31m \ud800") == "a b\ufffd \ufffd[31m \ufffd"
    assert len(on_one_line("x" * 100_000)) == 1000


def raised(code: str) -> BaseException:
    try:
        eval(compile(code, __file__, "eval"), {"BrokenRowError": BrokenRowError})  # noqa: S307 - of this test
    except Exception as error:
        return error
    raise AssertionError(code)


class BrokenRowError(Exception):
    """An error whose text is a value only."""


def fail(email: str) -> None:
    raise BrokenRowError(f"no country for {email}, {len(email)} letters")


def test_an_error_says_the_words_of_its_raise_and_not_its_values() -> None:
    with pytest.raises(BrokenRowError) as caught:
        fail("a@b.c")
    assert text_of(caught.value) == "no country for ***, *** letters"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("int('secret')", "invalid literal for int() with base *** '***'"),
        ("{}['secret']", "***"),
        ("no_such_name", "name 'no_such_name' is not defined"),
        ("[].no_such_attribute", "'list' object has no attribute 'no_such_attribute'"),
        ("'\\ud800'.encode()", "utf-8: surrogates not allowed"),
    ],
)
def test_an_error_that_no_raise_made_keeps_its_words(code: str, said: str) -> None:
    assert text_of(raised(code)) == said
