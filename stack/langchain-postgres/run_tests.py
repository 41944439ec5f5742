"""Runs a checkout of langchain-postgres's own tests of PGVector on the tables of ai-micro-api-admin.

In the folder and environment of ai-micro-api-admin, inside `stack with-postgres`: `run_tests.py CHECKOUT`. Its
migrations build a database for them. They know the application role alone, and run in the environment of this folder.
"""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

from service_kit.testing.databases import SERVER_VARIABLE, Server, migrate

HERE = Path(__file__).parent
TESTS = ("v1/test_vectorstore.py", "v1/test_vectorstore_standard_tests.py", "query_constructors")


def main(checkout: Path) -> int:
    """Run the tests, and return pytest's exit status."""
    server = Server(make_url(os.environ[SERVER_VARIABLE]), "admindb")
    with server.database() as urls:
        migrate(Path("alembic.ini"), urls.owner)
        url = make_url(urls.app)
        environment = os.environ | {
            "POSTGRES_HOST": str(url.host),
            "POSTGRES_PORT": str(url.port),
            "POSTGRES_USER": str(url.username),
            "POSTGRES_PASSWORD": str(url.password),
            "POSTGRES_DB": str(url.database),
            "PYTHONPATH": str(HERE),
        }
        command = [
            str(HERE / ".venv/bin/python"),
            *("-m", "pytest", "-q", "-p", "application_role", "-p", "no:cacheprovider"),
            # Their own options name plug-ins that are not needed here.
            *("-o", "addopts=", "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"),
            *("-W", "ignore::pytest.PytestConfigWarning"),
            *(f"tests/unit_tests/{name}" for name in TESTS),
        ]
        return subprocess.run(command, cwd=checkout, env=environment, check=False).returncode  # noqa: S603 - all its parts are of this file


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
