"""Every way to a database or to another process, refused in Python. The child process calls it once, before env.py."""


def refuse_everything() -> None:
    """Refuse whatever can reach a database from now on; there is no way back."""
