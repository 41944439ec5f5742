"""Bodies of revisions that fail with a value in hand: in rows, parameters, literals, passwords, functions, Python."""

TABLES = """
op.execute("CREATE TABLE people (id int PRIMARY KEY, email text, amount bigint, during int4range)")
op.execute("CREATE TYPE mood AS ENUM ('calm')")
op.execute("CREATE TABLE strict (email varchar(4) NOT NULL, positive bigint CHECK (positive < 0))")
op.execute(\"\"\"
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no room for %', NEW; END $$
\"\"\")
op.execute("CREATE TABLE guarded (email text)")
op.execute("CREATE TRIGGER refuse BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse()")
"""
# A function that no revision knows: its RAISE has text that stands in the database only.
FOREIGN_FUNCTION = """
    CREATE FUNCTION foreign_check(value text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING MESSAGE = 'bad ' || value, DETAIL = value, HINT = value; END $$
"""
COPY = """
cursor = op.get_bind().connection.cursor()
if hasattr(cursor, "copy_expert"):
    import io
    cursor.copy_expert("COPY people FROM STDIN", io.StringIO("1\\tx\\t{text}\\tempty\\n"))
else:
    with cursor.copy("COPY people FROM STDIN") as copy:
        copy.write("1\\tx\\t{text}\\tempty\\n")
"""


def sql(statement: str) -> str:
    return f"op.execute({statement!r})"


def plpgsql(body: str) -> str:
    return sql(f"DO $$ DECLARE e text; BEGIN SELECT email INTO e FROM people WHERE id = 1; {body} END $$")  # noqa: S608 - of a test


def python(body: str) -> str:
    return f'email = op.get_bind().exec_driver_sql("SELECT email FROM people WHERE id = 1").scalar()\n{body}'  # noqa: S608 - of a test


# `{text}` and `{number}` are canaries; the rows 1 and 2 of `people` hold them.
LEAKING = {
    "a row's text as a number": sql("SELECT email::int FROM people"),
    "a parameter as a number": 'op.get_bind().execute(sa.text("SELECT CAST(:v AS int)"), {{"v": "{text}"}})',
    "a literal as a number": sql("SELECT '{text}'::int"),
    "a text with quotation marks": sql("SELECT ('a\"' || email || '\"b')::int FROM people"),
    "an enum's label": sql("SELECT email::mood FROM people"),
    "a date": sql("SELECT email::date FROM people"),
    "a time zone": sql("SELECT now() AT TIME ZONE email FROM people"),
    "a number out of range": sql("SELECT amount::smallint FROM people"),
    "a text out of range": sql("SELECT (amount || '0000000000000')::bigint FROM people"),
    "a sequence's value": sql("SELECT setval('numbers', amount) FROM people"),
    "a text that is too long": sql("INSERT INTO strict SELECT email, -1 FROM people"),
    "a document of JSON": sql("SELECT email::json FROM people"),
    "a parameter as JSON": 'op.get_bind().execute(sa.text("SELECT CAST(:v AS jsonb)"), {{"v": "{text}"}})',
    "an array": sql("SELECT ('{{' || email)::text[] FROM people"),
    "a uuid": sql("SELECT email::uuid FROM people"),
    "an address": sql("SELECT email::inet FROM people"),
    "a regular expression": sql("SELECT 'a' ~ ('(' || email) FROM people"),
    "an interval": sql("SELECT email::interval FROM people"),
    "a setting": sql("SELECT set_config('lock_timeout', email, false) FROM people"),
    "a row of COPY": COPY,
    "a NULL beside it": sql("INSERT INTO strict VALUES (NULL, {number})"),
    "a check": sql("INSERT INTO strict VALUES ('x', {number})"),
    "a check that is added": sql("ALTER TABLE people ADD CONSTRAINT c CHECK (amount < 0)"),
    "a unique index": sql("CREATE UNIQUE INDEX ix_people ON people (email)"),
    "a key that is there": sql("INSERT INTO people SELECT * FROM people"),
    "a foreign key": sql("ALTER TABLE people ADD FOREIGN KEY (amount) REFERENCES people (id)"),
    "an exclusion": sql("ALTER TABLE people ADD EXCLUDE USING gist (during WITH &&)"),
    "a column of a smaller type": sql("ALTER TABLE people ALTER amount TYPE smallint"),
    "a domain": sql("CREATE DOMAIN short AS text CHECK (length(VALUE) < 3); SELECT email::short FROM people"),
    "a string without its end": sql("SELECT '{text}"),
    "a number before a name": sql("SELECT {number}{text}"),
    "a mistake after a literal": sql("SELECT 'x' '{text}'"),
    "a function's argument": sql("SELECT no_such_function('{text}')"),
    "a password": sql("ALTER ROLE no_such_role PASSWORD '{text}'"),
    "a password in a block": plpgsql("EXECUTE format('ALTER ROLE no_such_role PASSWORD %L', e);"),
    "a password of a literal in a block": plpgsql("EXECUTE 'ALTER ROLE no_such_role PASSWORD ''{text}''';"),
    "a statement that is put together": plpgsql("EXECUTE 'SELECT ' || quote_literal(e) || '::int';"),
    "a RAISE": plpgsql("RAISE EXCEPTION 'the row %', e;"),
    "a RAISE that calls itself a constraint": plpgsql("RAISE EXCEPTION '%', e USING ERRCODE = 'unique_violation';"),
    "a RAISE with all its parts": plpgsql("RAISE EXCEPTION USING MESSAGE = e, DETAIL = e, HINT = e, COLUMN = e;"),
    "a RAISE that calls itself serialization": plpgsql("RAISE EXCEPTION 'try again, %', e USING ERRCODE = '40001';"),
    "an ASSERT": plpgsql("ASSERT false, e;"),
    "a trigger": sql("INSERT INTO guarded SELECT email FROM people"),
    "a function of others": sql("SELECT foreign_check(email) FROM people"),
    "a Python error": python('raise ValueError(f"no country for {{email}}")'),
    "a Python error in a variable": python("error = ValueError(email)\nraise error"),
    "a Python error with a value only": python("raise RuntimeError(email)"),
    "a Python error put together": python('raise ValueError("bad " + email + ", sorry %s" % email)'),
    "an error of a class of its own": python("class BadRow(Exception):\n    pass\nraise BadRow(email)"),
    "a Python assert": python('assert email is None, f"found {{email}}"'),
    "an exit of Python": python("raise SystemExit(email)"),
    "a number of Python": python("int(email)"),
    "a key of Python": python("{{}}[email]"),
    "JSON of Python": python("import json\njson.loads(email)"),
    "a decimal of Python": python("import decimal\ndecimal.Decimal(email)"),
    "an error with a cause": python(
        "try:\n    int(email)\nexcept ValueError as error:\n    raise KeyError(email) from error"
    ),
    "a parameter that no type takes": (
        'op.get_bind().execute(sa.select(sa.bindparam("v", ["{text}", {{1}}], type_=sa.JSON)))'
    ),
    "a label that no enum has": (
        'kind = sa.Enum("a", name="x", validate_strings=True)\n'
        'op.get_bind().execute(sa.select(sa.bindparam("v", "{text}", type_=kind)))'
    ),
    "a parameter with NUL": 'op.get_bind().execute(sa.text("SELECT :v"), {{"v": "{text}\\0"}})',
    "a parameter with half a character": 'op.get_bind().execute(sa.text("SELECT :v"), {{"v": "{text}\\ud800"}})',
    "a parameter that is missing": 'op.get_bind().execute(sa.text("SELECT :v, :w"), {{"v": "{text}"}})',
    "a parameter of no known type": 'op.get_bind().execute(sa.text("SELECT :v"), {{"v": {{"{text}": 1}}}})',
}
