"""htmx is the file of the wheel that the lock file pins; `cp` it from there when the lock has a new one."""

from importlib.resources import files
from pathlib import Path

STATIC = Path(__file__).parent.parent / "app/static"


def test_it_is_the_file_of_the_pinned_wheel() -> None:
    pinned = files("django_htmx").joinpath("static/django_htmx/htmx-2.min.js")
    assert (STATIC / "htmx.min.js").read_bytes() == pinned.read_bytes()
