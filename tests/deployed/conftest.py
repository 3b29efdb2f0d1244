"""The packaged stack on the local engine, made by the commands of docs/deploy.md; only with `--deployed`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.deployed.stage import Stage
    from tests.e2e.site import Site


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deployed", action="store_true", help="package and deploy to the local engine: a minute or two")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whole folders of tests run without it."""
    wanted = config.getoption("deployed", default=False)
    return None if wanted or collection_path.name == "__init__.py" else True


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stage"]:
    from tests.deployed.stage import deployed  # imports of this folder stay here: other tests need none of them

    with deployed(tmp_path_factory.mktemp("deployed")) as made:
        yield made


@pytest.fixture(scope="session")
def site(stage: "Stage") -> "Site":
    from tests.deployed.stage import DeployedSite

    return DeployedSite(stage)
