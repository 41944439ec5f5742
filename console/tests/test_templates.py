"""Every template can be read: what extracts the texts leaves a broken one out without a word."""

from pathlib import Path

from jinja2 import Environment

FOLDER = Path(__file__).parent.parent / "app/templates"


def test_every_template_can_be_read() -> None:
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    for path in sorted(FOLDER.rglob("*.html")):
        environment.parse(path.read_text(), filename=str(path))
