"""The one error that ends a command with one line instead of a traceback."""


class StackError(Exception):
    """Something the user can mend; the message is one line that says what and how."""
