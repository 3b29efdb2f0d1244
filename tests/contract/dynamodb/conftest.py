"""Runs every check of this folder against every engine, and expects of each the faults that are known."""

from collections.abc import Iterator

import pytest

from tests.contract.dynamodb.engines import ENGINES, Client
from tests.contract.dynamodb.known import KNOWN
from tests.contract.dynamodb.subject import TABLES, Subject

MARKS = {
    "simdb": (),
    "moto": (),
    "ministack": (pytest.mark.engine, pytest.mark.xdist_group("contract-ministack")),
    "dynamodb_local": (pytest.mark.dynamodb_local, pytest.mark.xdist_group("contract-dynamodb-local")),
}


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is None or callspec.params.get("engine") not in ENGINES:
            continue
        reason = KNOWN[callspec.params["engine"]].get(check_name(item))
        if reason is not None:
            # strict: when the engine learns it, this line must go
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))


def check_name(item: pytest.Item) -> str:
    """The name of a check, with its case but without its engine."""
    function = str(getattr(item, "originalname", item.name))
    case = getattr(item, "callspec").params.get("case")  # noqa: B009  # only parametrized items have one
    return function if case is None else f"{function}: {case.name}"
