"""Changes of a column's type for which PostgreSQL only changes its catalogue: no row is read, no index rebuilt."""

from dataclasses import dataclass

from alembic_rollout.sql.tokens import Tokens, enclosed, unquote

_SYNONYMS = {
    "character varying": "varchar",
    "char varying": "varchar",
    "decimal": "numeric",
    "dec": "numeric",
    "bit varying": "varbit",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "character": "char",
    "float8": "double precision",
    "float4": "real",
}
_TEXTS = ("text", "varchar")
_LIMITED = ("varchar", "varbit")
_FULL_PRECISION = 6
_PRECISE = ("timestamp", "timestamptz", "time", "timetz", "interval")


@dataclass(frozen=True, slots=True)
class Type:
    """A type as its words say it.

    Attributes:
        name: one name for its synonyms, without its schema.
        modifiers: the numbers in its parentheses.
        is_array: it ends with brackets.
    """

    name: str
    modifiers: tuple[int, ...] = ()
    is_array: bool = False


def read_type(tokens: Tokens) -> Type:
    """Read the words of a type."""
    words: list[str] = []
    modifiers: tuple[int, ...] = ()
    position = 0
    while position < len(tokens) and tokens[position] not in ("[", "array"):
        if tokens[position] == "(":
            inner = enclosed(tokens, position)
            modifiers = tuple(int(word) for word in inner if word.isdecimal())
            position += len(inner) + 2
            continue
        if tokens[position] == ".":
            words.clear()  # of the schema
        else:
            words.append(unquote(tokens[position]))
        position += 1
    name = " ".join(words)
    return Type(_SYNONYMS.get(name, name), modifiers, is_array=position < len(tokens))


def is_catalogue_only(old: Tokens, new: Tokens) -> bool:
    """Return True if every value of the old type is one of the new type as it is stored."""
    before, after = read_type(old), read_type(new)
    if before == after:
        return True
    if before.is_array != after.is_array:
        return False
    if before.name in _TEXTS and after.name in _TEXTS and not after.modifiers:
        return True
    if before.name != after.name:
        return (before.name, after.name) == ("cidr", "inet")
    return _is_longer(before, after)


def _is_longer(before: Type, after: Type) -> bool:
    if after.name in _LIMITED or after.name in _PRECISE:
        if after.modifiers == (_FULL_PRECISION,) and after.name in _PRECISE:
            return True
        return not after.modifiers or bool(before.modifiers and before.modifiers[0] <= after.modifiers[0])
    return after.name == "numeric" and _is_wider_number(before, after)


def _is_wider_number(before: Type, after: Type) -> bool:
    if not after.modifiers:
        return True
    if not before.modifiers:
        return False
    # Another scale rounds, which every value has to be read for.
    scale, new_scale = (type_.modifiers[1:] or (0,) for type_ in (before, after))
    return before.modifiers[0] <= after.modifiers[0] and scale == new_scale
