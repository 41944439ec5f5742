"""English words that say how a sentence is built, not what it is about: the counterpart of Japanese particles."""

import re

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an and any are as at be but by can could did do does for from had has have he her his how i if in into is it
        its may me my no not of on or our she should so than that the their them then there these they this to was we
        were what when where which who why will with would you your
        """,
    )
)
"""In the form of `app.text.normalization.normalize`. The vectors of the model `hash-1` depend on them."""
