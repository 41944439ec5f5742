"""An extension that brings a foreign-data wrapper along, as postgres_fdw does, which the test server does not have."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import Database
from sqlalchemy import make_url


@pytest.fixture
def foreign(database: Database) -> Iterator[str]:
    """A superuser's URL whose sessions know the extension, in whose database the owner has a foreign table."""
    folder = Path(tempfile.mkdtemp(prefix="farther"))  # the server's user has to read it: not in pytest's own folder
    try:
        extensions = folder / "extension"
        extensions.mkdir()
        (extensions / "farther.control").write_text("default_version = '1'\n")
        (extensions / "farther--1.sql").write_text("CREATE FOREIGN DATA WRAPPER farther;\n")
        for path in (folder, extensions):
            path.chmod(0o755)
        url = make_url(database.superuser_url).update_query_dict(
            {"options": f"-c extension_control_path=$system:{folder}"}
        )
        superuser_url = url.render_as_string(hide_password=False)
        with database.connect(superuser_url) as superuser:
            superuser.exec_driver_sql("CREATE EXTENSION farther")
            superuser.exec_driver_sql(f"GRANT USAGE ON FOREIGN DATA WRAPPER farther TO {database.owner}")
        database.execute("CREATE SERVER away FOREIGN DATA WRAPPER farther")
        database.execute("CREATE FOREIGN TABLE far (id int) SERVER away")
        yield superuser_url
    finally:
        shutil.rmtree(folder)
