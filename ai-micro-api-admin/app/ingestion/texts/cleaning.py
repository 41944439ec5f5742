"""Characters that are no text, or that no reader sees, and what becomes of them.

An invisible character inside a word hides the word from search: `exam<soft hyphen>ple` is not found under `example`.
"""

from __future__ import annotations

import re

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# A word that was hyphenated at the end of a line goes on in the next one.
_BROKEN_WORD = re.compile(r"\u00ad[ \t]*\n[ \t]*")

# Scripts whose letters a joiner or non-joiner shapes: Arabic and its neighbours, those of India to Myanmar, Khmer,
# Mongolian. Thai, Lao, Khmer and Myanmar mark the ends of words by zero-width spaces.
_SHAPED = "\u0600-\u08ff\u0900-\u109f\u1780-\u18af"
_SPACED_BY_NOTHING = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_EMOJI = "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"

_INVISIBLE = re.compile(
    # Soft hyphen, grapheme joiner, marks and overrides of direction, word joiner, invisible operators, byte order mark.
    "[\u00ad\u034f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
    f"|(?<![{_SPACED_BY_NOTHING}])\u200b"
    f"|(?<![{_SHAPED}])\u200c"
    f"|(?<![{_SHAPED}{_EMOJI}])\u200d"
    # Tags belong to flags, which are emoji; elsewhere they are text that only machines read.
    f"|(?<![{_EMOJI}])[\U000e0000-\U000e007f]+"
)


def clean(text: str) -> str:
    """Return a text with plain line ends, without what is no text, and without what hides words.

    Removes control characters (PostgreSQL refuses NUL), lone surrogates (UTF-8 cannot encode them), noncharacters, soft
    hyphens, and zero-width characters wherever their script does not need them. Idempotent.
    """
    text = _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", text))
    # Again, because what is removed may have been what the next one belonged to.
    while not text.isascii() and (seen := _INVISIBLE.sub("", _BROKEN_WORD.sub("", text))) != text:
        text = seen
    return text
