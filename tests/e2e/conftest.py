"""All stories of a run are told in one worker, which has the local stack."""

import pytest


@pytest.hookimpl(tryfirst=True)  # xdist reads the group in its own hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if __package__ in item.nodeid.replace("/", "."):
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.xdist_group("stack"))
