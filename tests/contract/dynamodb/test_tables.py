"""Making and describing tables."""

from typing import Any

import pytest

from tests.contract.dynamodb.subject import ITEMS, SINGLES, TABLES, Subject, refused


def test_a_table_describes_itself(subject: Subject) -> None:
    described = subject.call("DescribeTable", TableName=ITEMS)["Table"]

    assert described["TableStatus"] == "ACTIVE"
    assert described["KeySchema"] == TABLES[0]["KeySchema"]
    indexes = {
        index["IndexName"]: index["Projection"]["ProjectionType"] for index in described["GlobalSecondaryIndexes"]
    }
    assert indexes == {"by_team": "INCLUDE", "keys_by_team": "KEYS_ONLY", "all_by_team": "ALL"}


def test_tables_are_listed(subject: Subject) -> None:
    assert {ITEMS, SINGLES} <= set(subject.call("ListTables")["TableNames"])


def test_a_table_is_not_made_twice(subject: Subject) -> None:
    with refused("ResourceInUseException"):
        subject.call("CreateTable", **TABLES[1])


def test_an_unknown_table_is_not_described(subject: Subject) -> None:
    with refused("ResourceNotFoundException"):
        subject.call("DescribeTable", TableName="nowhere")


def test_time_to_live_names_an_attribute(subject: Subject) -> None:
    wanted = {"Enabled": True, "AttributeName": "expires"}
    table = {**TABLES[1], "TableName": f"contract-{subject.partition}"}
    subject.call("CreateTable", **table)

    subject.call("UpdateTimeToLive", TableName=table["TableName"], TimeToLiveSpecification=wanted)

    described = subject.call("DescribeTimeToLive", TableName=table["TableName"])["TimeToLiveDescription"]
    assert described["AttributeName"] == "expires"
    assert described["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}


BAD_DEFINITIONS: dict[str, dict[str, Any]] = {
    "a key without a type": {"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]},
    "a type without a key": {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "n")],
    },
}


@pytest.mark.parametrize("part", BAD_DEFINITIONS)
def test_a_definition_is_refused(subject: Subject, part: str) -> None:
    with refused():
        subject.call("CreateTable", **{**TABLES[1], "TableName": "contract-refused", **BAD_DEFINITIONS[part]})
