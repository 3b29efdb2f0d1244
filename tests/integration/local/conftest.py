"""The local engine for the tests of this folder, made once, in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.local import provision
from devtools.local.engine import engine


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the engine of this module puts accepted mail."""
    folder = tmp_path_factory.mktemp("mail") / "new"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def endpoint_url(spool: Path) -> Iterator[str]:
    """An engine with the tables and queues of the project."""
    started = engine.start(None, spool=spool)
    provision.provision(started.endpoint_url)
    yield started.endpoint_url
    started.stop()
