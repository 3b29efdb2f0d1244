"""One complete local stack for all stories of a run, in one worker, and ways to look at it from all sides."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from devtools.local.stack import Running
    from tests.e2e.site import Site
    from tests.e2e.tables import Tables


@pytest.hookimpl(tryfirst=True)  # xdist reads the group in its own hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if __package__ in item.nodeid.replace("/", "."):
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Running"]:
    """The API, its queue and schedule handlers, the engine and the mailbox, each a process of its own.

    What all of them have logged is looked at when they have ended.
    """
    from devtools.local.paths import Layout  # imports of this folder stay here: other tests need none of them
    from devtools.local.stack import running
    from tests.support.log_scanner import leaks

    folder = tmp_path_factory.mktemp("stack")
    with running(folder) as started:
        yield started
    logs = [started.log, *Layout(folder.absolute()).logs.iterdir()]
    lines = [line for log in logs for line in log.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 1
    assert [leak for line in lines for leak in leaks(line)] == [], "lines of a log hold what no log may hold"


@pytest.fixture(scope="session")
def site(stack: "Running") -> "Site":
    from tests.e2e.site import Site

    return Site(stack)


@pytest.fixture(scope="session")
def tables(stack: "Running") -> "Tables":
    from tests.e2e.tables import Tables

    return Tables(stack)
