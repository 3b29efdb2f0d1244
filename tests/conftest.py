"""Fixtures that all tests share."""

import functools
import gc
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import botocore.session
import pytest

from chalicelib.observability.redaction import of_records
from tests.support.log_scanner import Scanner
from tests.support.web.skips import NO_BROWSER

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

    from devtools.local.stack import Running
    from tests.e2e.site import Site
    from tests.e2e.tables import Tables
    from tests.support.world import World


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage takes a tenth of the CPU time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


_SCANNER = Scanner()
WITHOUT = "without a browser"


def pytest_configure(config: pytest.Config) -> None:
    """Logs are written as a deployed process writes them, down to the least line, and every line is looked at.

    The description of an AWS service is read once, not for every session of the SDK: some are megabytes.
    """
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    of_records()
    logging.getLogger().addHandler(_SCANNER)
    logging.getLogger("turnout").setLevel(logging.DEBUG)
    if _worker(config) == "gw1":
        from tests.support.sharing import FromTheEnd  # imports xdist

        config.pluginmanager.register(FromTheEnd())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _worker(config):
        from tests.support.sharing import in_order  # imports xdist

        in_order(items)


def _worker(config: pytest.Config) -> str | None:
    """Of xdist its name, and None where there are none."""
    found: str | None = getattr(config, "workerinput", {}).get("workerid")
    return found


@pytest.hookimpl(optionalhook=True)  # there are runs without xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Scheduling | None":
    from tests.support.sharing import ByModule  # imports xdist

    return ByModule(config, log) if config.option.dist == "loadgroup" else None


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Tests that found no browser are told in one line instead of one for each."""
    without = report.skipped and isinstance(report.longrepr, tuple) and NO_BROWSER in report.longrepr[2]
    return (WITHOUT, "s", "SKIPPED") if without else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    without = terminalreporter.stats.get(WITHOUT, [])
    if without:
        reason = without[0].longrepr[2].partition(NO_BROWSER)[2]
        terminalreporter.write_line(f"{len(without)} tests in a browser skipped: {reason}.")


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[Scanner]:
    """Whatever the test is about: nothing that it logs may hold an address, a credential, a code or a password."""
    _SCANNER.found.clear()
    yield _SCANNER
    assert _SCANNER.found == [], "lines of the log hold what no log may hold"


@pytest.fixture
def world() -> Iterator["World"]:
    """A whole Turnout in memory, empty."""
    from tests.support.world import World  # imports the application: only the tests that use it pay for that

    with World() as made:
        yield made


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Running"]:
    """The API, its queue and schedule handlers, the engine and the mailbox, each a process of its own.

    What all of them have logged is looked at when they have ended.
    """
    from devtools.local.paths import Layout  # imported by the tests that use it only
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
