"""Which of PostgreSQL's own functions have one value for a whole statement, and so for every row of a new column."""

from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import Tokens, is_identifier

# No list of all: what is not here counts as volatile, which is PostgreSQL's default for functions that people write.
_NAMES = """
now timezone transaction_timestamp statement_timestamp to_timestamp to_date to_char to_number date
date_trunc date_part date_bin extract age make_date make_time make_timestamp make_timestamptz
make_interval justify_days justify_hours justify_interval current_setting current_database
current_schema version pg_backend_pid lower upper initcap length char_length character_length
octet_length bit_length substr substring left right lpad rpad trim btrim ltrim rtrim replace
translate concat concat_ws format repeat reverse md5 sha224 sha256 sha384 sha512 encode decode chr
ascii split_part strpos position overlay quote_literal quote_ident quote_nullable regexp_replace
string_to_array array_to_string hashtext to_hex starts_with abs ceil ceiling floor round trunc power
sqrt cbrt exp ln log sign mod div pi degrees radians gcd lcm width_bucket array array_fill
array_append array_prepend array_cat array_remove array_replace cardinality array_length
json_build_object jsonb_build_object json_build_array jsonb_build_array to_json to_jsonb jsonb_set
jsonb_object json_object jsonb_insert jsonb_strip_nulls array_to_json row_to_json hstore int4range
int8range numrange tsrange tstzrange daterange int4multirange tstzmultirange to_tsvector setweight
array_to_tsvector to_tsquery cast coalesce nullif greatest least row uuid_nil point box circle line
polygon inet cidr host masklen numeric decimal varchar char bpchar bit varbit timestamp timestamptz
time timetz interval float
"""
NOT_VOLATILE = frozenset(_NAMES.split())


def is_inlined(body: str) -> bool:
    """Return True if a function in SQL is one expression, which PostgreSQL puts in its place, and has one value."""
    words = tokenize(body)
    words = words[:-1] if words[-1:] == (";",) else words
    if words[:1] != ("select",) or any(word in words for word in ("from", "into", ";", "limit", "where", ",")):
        return False
    return calls_in(words) <= NOT_VOLATILE


def calls_in(tokens: Tokens) -> set[str]:
    """Return the names of the functions that an expression calls, without their schemas."""
    return {
        word.strip('"')
        for place, word in enumerate(tokens)
        if tokens[place + 1 : place + 2] == ("(",) and is_identifier(word)
    } - {"and", "or", "not", "in", "any", "all", "between", "when", "then", "else", "case"}
