"""A process of AWS imports what its first request needs; the list is committed, so that an addition is a decision."""

import json

import pytest

from tests.architecture.cold_start import LIST, OPERATIONS, imported


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_cold_process_imports_exactly_what_is_listed(operation: str) -> None:
    """`python -m tests.architecture.cold_start` writes the list anew; look at what it adds before you commit it."""
    expected = json.loads(LIST.read_text(encoding="utf-8"))[operation]
    found = imported(operation)

    for kind, names in found.items():
        assert sorted(set(names) - set(expected[kind])) == [], f"{operation} imports more {kind}"
        assert sorted(set(expected[kind]) - set(names)) == [], f"{operation} imports fewer {kind}: shorten the list"
