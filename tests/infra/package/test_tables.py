"""The tables of the template are the ones that the store is written for, and none can be lost."""

from typing import Any

import pytest

from chalicelib.store.dynamo.definitions import DEFINITIONS
from devtools.package.template import Template, of_type

Definition = dict[str, Any]


def tables(template: Template) -> dict[str, str]:
    """Logical id by the name that the store knows."""
    found = of_type(template, "AWS::DynamoDB::Table").items()
    return {one["TableName"]["Fn::Sub"].removeprefix("${TablePrefix}-"): name for name, one in found}


def definition(properties: dict[str, Any]) -> Definition:
    """Keys, indexes and TTL of a table resource, in the shape of `DEFINITIONS`."""
    types = {one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]}
    ttl = properties.get("TimeToLiveSpecification", {})
    return {
        "keys": _keys(properties["KeySchema"], types),
        "indexes": {
            index["IndexName"]: {
                "keys": _keys(index["KeySchema"], types),
                "include": list(index["Projection"].get("NonKeyAttributes", [])),
            }
            for index in properties.get("GlobalSecondaryIndexes", [])
        },
        "ttl": ttl["AttributeName"] if ttl.get("Enabled") else None,
    }


def _keys(schema: list[dict[str, str]], types: dict[str, str]) -> list[tuple[str, str]]:
    ordered = sorted(schema, key=lambda one: one["KeyType"])  # HASH before RANGE
    return [(one["AttributeName"], types[one["AttributeName"]]) for one in ordered]


def test_there_are_the_tables_of_the_store(template: Template) -> None:
    assert tables(template).keys() ^ DEFINITIONS.keys() == set()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_table_has_the_keys_indexes_and_ttl_that_the_store_is_written_for(template: Template, name: str) -> None:
    resource = tables(template)[name]

    assert definition(template["Resources"][resource]["Properties"]) == DEFINITIONS[name], resource


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_table_outlives_the_stack_and_mistakes(template: Template, name: str) -> None:
    resource = template["Resources"][tables(template)[name]]
    properties = resource["Properties"]

    assert (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) == ("Retain", "Retain"), name
    assert properties.get("DeletionProtectionEnabled") is True, name
    recovery = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": {"Ref": "RecoveryDays"}}
    assert properties.get("PointInTimeRecoverySpecification") == recovery, name


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_table_is_encrypted_and_on_demand(template: Template, name: str) -> None:
    properties = template["Resources"][tables(template)[name]]["Properties"]

    assert properties.get("SSESpecification") == {"SSEEnabled": True}, name
    assert properties.get("BillingMode") == "PAY_PER_REQUEST", name
