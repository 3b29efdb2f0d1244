"""Runs every check of this folder against every engine, and expects of each the faults that are known."""

from collections.abc import Generator, Iterator

import pytest
from botocore.exceptions import ClientError

from tests.contract.dynamodb.engines import ENGINES, Client
from tests.contract.dynamodb.known import KNOWN
from tests.contract.dynamodb.subject import TABLES, Subject

# The checks of an engine follow each other in one worker: nobody else resets or starts it meanwhile.
MARKS: dict[str, tuple[pytest.MarkDecorator, ...]] = {
    "simdb": (),
    "moto": (pytest.mark.xdist_group("contract-moto"),),
    "ministack": (pytest.mark.engine, pytest.mark.xdist_group("contract-ministack")),
    "dynamodb_local": (pytest.mark.dynamodb_local, pytest.mark.xdist_group("contract-dynamodb-local")),
}
# an answer that should not be, or a refusal; an engine that cannot be reached is neither
WRONG = (AssertionError, ClientError)


@pytest.fixture(scope="session", params=[pytest.param(name, marks=MARKS[name]) for name in ENGINES])
def engine(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A running engine with empty tables."""
    from devtools.engines.dynamodb_local import UnavailableError

    try:
        with ENGINES[request.param]() as client:
            for table in TABLES:
                client._make_api_call("CreateTable", table)
            yield client
    except UnavailableError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def subject(engine: Client) -> Subject:
    return Subject(engine)


COLLECTED: set[tuple[str, str]] = set()
"""Engine and check of everything that pytest found, for the check of the table of differences."""


# Moto copies whole tables for each transaction: replaying everything takes it half a minute.
SLOW = {
    ("moto", "test_the_application_sends_the_same_operations_to_every_engine_and_gets_the_same_answers"),
}


def pytest_itemcollected(item: pytest.Item) -> None:
    COLLECTED.add(engine_and_check(item))
    if engine_and_check(item) in SLOW:
        item.add_marker(pytest.mark.deep)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, bool | None, bool | None]:
    """A known difference must still be there: it is a failure when the engine keeps the contract."""
    engine_name, check = engine_and_check(pyfuncitem)
    reason = KNOWN.get(engine_name, {}).get(check)
    if reason is None:
        return (yield)
    try:
        yield
    except WRONG:
        return True
    pytest.fail(f"{engine_name} keeps the contract here now: known.py says that {reason!r}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """One place for all skips of an engine, so that the summary says it in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report


def engine_and_check(item: pytest.Item) -> tuple[str, str]:
    """`test_x[moto-a case]` is the check `test_x: a case` on moto."""
    function, _, rest = item.name.rstrip("]").partition("[")
    engine_name, _, case = rest.partition("-")
    return engine_name, f"{function}: {case}" if case else function
