"""Text of documents inside a prompt: marked as data that no text in it can leave.

Every `<`, `>` and `&` of it is escaped, so it has no tags; the name of the tag around it is random for each prompt, so
it cannot be guessed either.
"""

import secrets
from collections.abc import Iterable, Sequence
from html import escape

_NAME_BYTES = 6


def new_tag(kind: str) -> str:
    """Return the name of a tag that no document knows, such as `passages-3f9c0a`."""
    return f"{kind}-{secrets.token_hex(_NAME_BYTES)}"


def passages_block(tag: str, passages: Iterable[tuple[str, int | None, str]]) -> str:
    """Return passages, numbered from 1, inside a tag.

    Args:
        tag: its name.
        passages: title, page and text of each.
    """
    lines = [f"<{tag}>"]
    for number, (title, page, text) in enumerate(passages, start=1):
        of_page = f' page="{page}"' if page else ""
        lines.append(
            f'<passage number="{number}" title="{escape(title)}"{of_page}>\n{escape(text, quote=False)}\n</passage>'
        )
    return "\n".join([*lines, f"</{tag}>"])


def turns_block(tag: str, turns: Sequence[tuple[str, str]]) -> str:
    """Return the earlier turns of a conversation inside a tag: an answer may have text of documents in it.

    Args:
        tag: its name.
        turns: who said what.
    """
    lines = [f"{role}: {escape(text, quote=False)}" for role, text in turns]
    return "\n".join([f"<{tag}>", *lines, f"</{tag}>"])


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has: four letters of ASCII are one, any other character is one."""
    ascii_characters = sum(map(str.isascii, text))
    return len(text) - ascii_characters + -(-ascii_characters // 4)
