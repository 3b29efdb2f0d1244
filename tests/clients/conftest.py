"""Generated clients against the local stack; only with `--clients`, as the generator has to be downloaded."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from devtools.local.stack import Running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clients", action="store_true", help="generate clients and run the long story with them")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whole folders of tests run without it."""
    wanted = config.getoption("clients", default=False)
    return None if wanted or collection_path.name == "__init__.py" else True


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Running"]:
    from devtools.local.stack import running  # other tests need none of it

    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started
