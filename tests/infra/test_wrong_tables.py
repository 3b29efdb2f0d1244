"""Each check of the tables fails where the store would not work or lose something, and names it."""

import re
from functools import partial

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, unproven
from tests.infra.package import test_tables as checks

MISTAKES: Mistakes = {
    partial(checks.test_a_table_has_the_keys_indexes_and_ttl_that_the_store_is_written_for, name="events"): {
        "another key": (put("EventsTable", "KeySchema", 1, "AttributeName", value="organizer"), "EventsTable"),
    },
    partial(checks.test_a_table_has_the_keys_indexes_and_ttl_that_the_store_is_written_for, name="enrollments"): {
        "a missing projection": (
            put("EnrollmentsTable", "GlobalSecondaryIndexes", 0, "Projection", "NonKeyAttributes", value=["status"]),
            "EnrollmentsTable",
        ),
    },
    partial(checks.test_a_table_has_the_keys_indexes_and_ttl_that_the_store_is_written_for, name="due"): {
        "no TTL": (drop("DueTable", "Properties", "TimeToLiveSpecification"), "DueTable"),
    },
    checks.test_there_are_the_tables_of_the_store: {
        "a missing table": (drop("SeatsTable"), "seats"),
    },
    partial(checks.test_a_table_outlives_the_stack_and_mistakes, name="seats"): {
        "a table that goes with the stack": (drop("SeatsTable", "DeletionPolicy"), "seats"),
        "a table that anybody deletes": (drop("SeatsTable", "Properties", "DeletionProtectionEnabled"), "seats"),
        "no way back": (drop("SeatsTable", "Properties", "PointInTimeRecoverySpecification"), "seats"),
    },
    partial(checks.test_a_table_is_encrypted_and_on_demand, name="seats"): {
        "a readable table": (drop("SeatsTable", "Properties", "SSESpecification"), "seats"),
        "a table of fixed capacity": (put("SeatsTable", "BillingMode", value="PROVISIONED"), "seats"),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
