"""What every test of a running stack needs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from stack_process import new_data_folder


@pytest.fixture
def data_folder() -> Iterator[Path]:
    folder = new_data_folder()
    yield folder
    shutil.rmtree(folder)
