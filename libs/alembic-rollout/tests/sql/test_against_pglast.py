"""The reader of statements, compared with PostgreSQL's own parser: names, kinds, order and number of what is done."""

import itertools
import re

import pglast
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pglast.parser import ParseError, scan

from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import split
from sql.postgres_parser import seen_by_postgres
from sql.seen import Seen, seen_by_reader
from sql.statements import NAMES, REVISIONS, TEMPLATES, TRAPS

# What may stand where a statement has a space.
GAPS = ["\n\t", "/**/", " /* a /* ; */ ' \" $$ */ ", " -- ; DROP TABLE z\n", "--\r", "\f\v", " -- '\n--\"\n"]
CASES = [str.lower, str.upper, str.title, str.swapcase]


def fill(template: str, names: tuple[str, str, str, str]) -> str:
    return template.format(t=names[0], u=names[1], c=names[2], d=names[3])


def disguise(template: str, gap: str, case: int) -> str:
    """Return the template with other white space and in other letters, outside its strings and places."""
    parts = re.split(r"('[^']*'|\$\w*\$.*\$\w*\$|\{\w\})", template)
    return "".join(part if number % 2 else CASES[case](part).replace(" ", gap) for number, part in enumerate(parts))


CHANGE_NOTHING = ("query", "set")
"""Verbs of statements that change neither structure nor rows."""


def parsed(sql: str) -> list[list[Seen]] | None:
    try:
        return seen_by_postgres(sql)
    except ParseError:
        return None


def assert_read_alike(sql: str, expected: list[list[Seen]]) -> None:
    statements = list(split(tokenize(sql)))
    assert len(statements) == len(expected), sql
    seen = [seen_by_reader(action) for action in actions_in(sql) if action.verb not in CHANGE_NOTHING]
    assert seen == list(itertools.chain(*expected)), sql


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_statement_is_read_as_postgresql_reads_it(template: str) -> None:
    sql = fill(template, ("shop.orders", "lines", "note", "remark"))

    assert_read_alike(sql, seen_by_postgres(sql))


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_name_misleads(template: str) -> None:
    for number, name in enumerate(NAMES):
        other = NAMES[number - 1]
        for names in (
            (name, other, "note", "remark"),
            (f"{other}.{name}", f"shop.{other}", "note", "remark"),
            ("db.shop.orders", "lines", name, other),
        ):
            sql = fill(template, names)
            if (expected := parsed(sql)) is not None:
                assert_read_alike(sql, expected)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_way_of_writing_misleads(template: str) -> None:
    for gap, case in itertools.product(GAPS, range(len(CASES))):
        sql = fill(disguise(template, gap, case), ("shop.orders", '"Odd; name"', "note", "remark"))
        assert_read_alike(sql, seen_by_postgres(sql))


@pytest.mark.parametrize("sql", [*REVISIONS, *TRAPS])
def test_statements_as_revisions_have_them(sql: str) -> None:
    assert_read_alike(sql, seen_by_postgres(sql))


def test_nearly_every_name_stands_in_nearly_every_statement() -> None:
    tried = [fill(template, (name, name, name, name)) for template in TEMPLATES for name in NAMES]
    refused = sum(parsed(sql) is None for sql in tried)

    assert refused < len(tried) * 0.15, "the comparison leaves out what PostgreSQL does not parse"


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([fill(one, ("orders", "lines", "note", "remark")) for one in TEMPLATES]), max_size=6))
def test_statements_in_one_text_are_told_apart(statements: list[str]) -> None:
    sql = " ; ".join(statements)

    assert_read_alike(sql, seen_by_postgres(sql))


FRAGMENTS = [
    *(
        "'",
        "''",
        '"',
        "$$",
        "$a$",
        "a$",
        "E'",
        "e'\\'",
        "'\n'",
        "'--\n'",
        "U&'",
        'u&"',
        "x'",
        "B'",
        "N'",
        "--",
        "/*",
        "*/",
        "\\",
        "\n",
        "\r",
    ),
    *(
        " ",
        "\t",
        "a",
        "Z",
        "é",
        "_",
        "1",
        "0x",
        "1e",
        "1.5",
        "..",
        ".",
        ";",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "*",
        "/",
        "-",
    ),
    *("::", ":=", "=>", "<", "\u00a0", "名", "end", "select"),
]


@settings(derandomize=True, max_examples=4000, deadline=None)
@example(["--", "\r", "a"])
@example(["é", "\u00a0", "a"])
@example(["E'a'\n'", "\\''", "; DROP TABLE users; --'"])
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12))
def test_texts_of_any_characters_are_cut_into_the_tokens_of_postgresql(fragments: list[str]) -> None:
    sql = "".join(fragments)
    try:
        found = scan(sql)
    except (ParseError, pglast.Error):
        return  # no SQL: a string without an end, for one
    # PostgreSQL says a token NCHAR before the string N'...'; other comments and parts are the same.
    tokens = [(token.name, sql[token.start : token.end + 1]) for token in found]
    tokens = [(name, text) for name, text in tokens if not (name == "NCHAR" and text in "nN")]
    expected = [part for name, text in tokens if not name.endswith("COMMENT") for part in _as_of_reader(name, text)]

    assert [word[0] if word[0] in "'$" else word for word in tokenize(sql)] == expected


def _as_of_reader(name: str, text: str) -> list[str]:
    """Return a token of PostgreSQL as the reader has it: each character of an operator, strings by their quote."""
    if name in ("SCONST", "USCONST", "BCONST", "XCONST"):
        return ["$" if text[0] == "$" else "'"]
    if name in ("ICONST", "FCONST"):
        return [text]
    if name in ("IDENT", "UIDENT") and '"' in text:
        return list(tokenize(text))
    if text[0].isalpha() or text[0] == "_" or not text[0].isascii():
        return ["".join(letter.lower() if letter.isascii() else letter for letter in text)]
    return list(text)
