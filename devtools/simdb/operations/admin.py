"""Making and describing tables, as far as `template-infra/` and PynamoDB need it."""

from collections.abc import Mapping
from typing import Any

from devtools.simdb.errors import client_error
from devtools.simdb.meter import Receipt
from devtools.simdb.operations.operation import TABLE, Answer, Operation
from devtools.simdb.tables.storage import Storage
from devtools.simdb.tables.table import Table

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"
DEFINITION = frozenset({"TableName", "AttributeDefinitions", "KeySchema"})
MORE_DEFINITION = frozenset({
    "BillingMode", "GlobalSecondaryIndexes", "ProvisionedThroughput", "SSESpecification", "StreamSpecification",
    "Tags", "TableClass", "DeletionProtectionEnabled",
})  # fmt: skip


def create_table(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """The table is there at once."""
    if request["TableName"] in storage.tables:
        message = f"Table already exists: {request['TableName']}"
        raise client_error("ResourceInUseException", message, receipt.operation)
    return {"TableDescription": _described(storage.create_table(request))}


def delete_table(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    table = storage.table(request["TableName"], receipt.operation)
    del storage.tables[table.name]
    return {"TableDescription": {**_described(table), "TableStatus": "DELETING"}}


def describe_table(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    return {"Table": _described(storage.table(request["TableName"], receipt.operation))}


def list_tables(storage: Storage, _: Mapping[str, Any], __: Receipt) -> Answer:
    return {"TableNames": sorted(storage.tables)}


def update_time_to_live(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """Names the attribute; nothing is removed before `SimDB.delete_expired` is called."""
    wanted = request["TimeToLiveSpecification"]
    table = storage.table(request["TableName"], receipt.operation)
    table.ttl_attribute = wanted["AttributeName"] if wanted["Enabled"] else None
    return {"TimeToLiveSpecification": dict(wanted)}


def describe_time_to_live(storage: Storage, request: Mapping[str, Any], receipt: Receipt) -> Answer:
    name = storage.table(request["TableName"], receipt.operation).ttl_attribute
    description = {"TimeToLiveStatus": "DISABLED" if name is None else "ENABLED"}
    if name is not None:
        description["AttributeName"] = name
    return {"TimeToLiveDescription": description}


def _described(table: Table) -> Answer:
    rows = table.rows()
    definition = table.schema.definition
    indexes = [
        {**index, "IndexStatus": "ACTIVE", "IndexArn": f"{ARN}{table.name}/index/{index['IndexName']}"}
        for index in definition.get("GlobalSecondaryIndexes", ())
    ]
    return {
        "TableName": table.name,
        "TableStatus": "ACTIVE",
        "TableArn": ARN + table.name,
        "KeySchema": list(definition["KeySchema"]),
        "AttributeDefinitions": list(definition["AttributeDefinitions"]),
        "ItemCount": len(rows),
        "TableSizeBytes": sum(row.size for row in rows),
        **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
    }


OPERATIONS = (
    Operation("CreateTable", create_table, DEFINITION, MORE_DEFINITION, scheduled=False),
    Operation("DeleteTable", delete_table, TABLE, scheduled=False),
    Operation("DescribeTable", describe_table, TABLE, scheduled=False),
    Operation("ListTables", list_tables, frozenset(), frozenset({"Limit"}), scheduled=False),
    Operation("UpdateTimeToLive", update_time_to_live, TABLE | {"TimeToLiveSpecification"}, scheduled=False),
    Operation("DescribeTimeToLive", describe_time_to_live, TABLE, scheduled=False),
)
