"""What a command imports in the process of a test goes with the test."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def imports_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Forget a project's modules, and the folder that "." was when Python first looked there.

    Alembic puts `prepend_sys_path = .` before the path and takes it off never; Python keeps what it found for "." even
    where the working directory is another one by then.
    """
    folder = str(tmp_path_factory.getbasetemp())
    path, known = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    sys.path_importer_cache.pop(".", None)
    for name in sys.modules.keys() - known:
        if str(getattr(sys.modules[name], "__file__", None)).startswith(folder):
            del sys.modules[name]
