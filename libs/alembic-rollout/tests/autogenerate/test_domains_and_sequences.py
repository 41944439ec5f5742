"""Domains and sequences of the models: created, changed and dropped with what uses them."""

import pytest

from autogenerate.developer import Developer

DOMAIN = "from sqlalchemy.dialects.postgresql import DOMAIN\nfrom sqlalchemy import Sequence\n"


def table(*parts: str) -> str:
    columns = ", ".join(('Column("id", Integer, primary_key=True)', *parts))
    return f'{DOMAIN}Table("t", metadata, {columns})\n'


def share(arguments: str = "", more: str = "") -> str:
    return table(f'Column("s", DOMAIN("share", Integer{arguments}){more})')


@pytest.mark.parametrize(
    "arguments", [", not_null=True", ", default='7'", ", not_null=True, default='7', check='VALUE > 0'"]
)
def test_what_is_the_domains_is_not_the_columns(developer: Developer, arguments: str) -> None:
    developer.begin("")
    developer.change(share(arguments))
    developer.change(share(arguments, ", nullable=False, server_default='8'"))


@pytest.mark.parametrize(
    ("former", "wanted"),
    [
        (", default='7'", ", default='8'"),
        (", default='7'", ""),
        (", not_null=True", ""),
        (", check='VALUE > 0', constraint_name='positive'", ", default='3'"),
    ],
)
def test_a_domain_that_allows_more_is_changed(developer: Developer, former: str, wanted: str) -> None:
    developer.begin(share(former))
    assert "ALTER DOMAIN share" in "".join(developer.change(share(wanted)).values())


def test_a_domain_that_allows_less_is_a_contract_that_says_what_it_reads(developer: Developer) -> None:
    developer.begin(share())
    developer.models(share(", not_null=True, check='VALUE > 1'"))
    written = developer.generate()
    assert 'phase = "contract"' in "".join(path.read_text() for path in written)
    assert "reads every row of every column of domain share" in " ".join(developer.said.split())


def test_a_domain_cannot_become_one_of_another_type(developer: Developer) -> None:
    developer.begin(share())
    developer.models(share().replace('"share", Integer', '"share", BigInteger'))
    assert developer.project.alembic("check").returncode != 0
    done = developer.type()
    assert done.returncode == 2
    said = "domain share is bigint in the models and integer in the database. PostgreSQL cannot change the type of a"
    assert said in done.stderr


def test_a_domain_goes_with_its_last_column(developer: Developer) -> None:
    developer.begin(share(", not_null=True, default='7', check='VALUE > 0'"))
    assert "DROP DOMAIN share" in "".join(developer.change(table()).values())


def test_sequences_come_before_what_takes_their_numbers(developer: Developer) -> None:
    developer.begin("")
    developer.change(
        DOMAIN
        + 'numbers = Sequence("numbers", start=7, increment=3, metadata=metadata)\n'
        + 'Sequence("alone", minvalue=-5, maxvalue=5, cycle=True, cache=4, data_type=Integer, metadata=metadata)\n'
        + 'Table("t", metadata, Column("id", Integer, Sequence("Ids"), primary_key=True),'
        + ' Column("n", Integer, server_default=numbers.next_value()))\n'
    )
    database = developer.project.database
    assert database.scalar("INSERT INTO t (id) VALUES (nextval('\"Ids\"')) RETURNING n") == 7
    assert database.scalar("SELECT nextval('alone')") == -5
    assert database.scalar("SELECT pg_get_serial_sequence('t', 'id')") is None, "create_all makes no serial of it"


def test_options_of_a_sequence_change(developer: Developer) -> None:
    declared = DOMAIN + 'Sequence("numbers", increment=3, metadata=metadata)\n'
    developer.begin(declared)
    developer.change(declared.replace("increment=3", "increment=5, cycle=True"))
    assert developer.project.database.rows(
        "SELECT increment_by, cycle FROM pg_sequences WHERE sequencename = 'numbers'"
    ) == [(5, True)]


def test_a_sequence_that_only_the_database_has_stays(developer: Developer) -> None:
    developer.begin(table())
    developer.project.database.execute("CREATE SEQUENCE by_hand")
    check = developer.project.alembic("check")
    assert check.returncode == 0, check.stderr


def test_what_the_models_keep_for_another_database_is_not_made(developer: Developer) -> None:
    developer.begin("")
    elsewhere = [
        'CheckConstraint("id > 0", name="elsewhere").ddl_if(dialect="mysql")',
        'Index("elsewhere", "id").ddl_if(dialect="mysql")',
        'UniqueConstraint("id", name="elsewhere").ddl_if(dialect="mysql")',
    ]
    for part in elsewhere:
        assert "elsewhere" not in "".join(developer.change(table(part)).values())
        developer.change("")


def test_what_drift_ignore_names_is_left_alone(developer: Developer) -> None:
    with (developer.project.folder / "pyproject.toml").open("a") as file:
        file.write('drift_ignore = ["sequence of_*", "domain share"]\n')
    developer.begin("")
    developer.project.database.execute("CREATE DOMAIN share AS int CHECK (VALUE > 0)")
    sequence = 'Sequence("of_another_team", metadata=metadata)\n'
    assert "SEQUENCE" not in "".join(developer.change(share() + sequence).values())
