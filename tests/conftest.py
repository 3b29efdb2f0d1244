"""Fixtures that all tests share."""

import gc
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chalicelib.observability.redaction import of_records
from tests.support.log_scanner import Scanner

if TYPE_CHECKING:
    from tests.support.world import World


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage takes a tenth of the CPU time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


_SCANNER = Scanner()


def pytest_configure() -> None:
    """Logs are written as a deployed process writes them, down to the least line, and every line is looked at."""
    of_records()
    logging.getLogger().addHandler(_SCANNER)
    logging.getLogger("turnout").setLevel(logging.DEBUG)


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
