"""Making and describing tables, as far as `template-infra/` and PynamoDB need it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from devtools.simdb.errors import client_error
from devtools.simdb.meter import Receipt
from devtools.simdb.tables import Table

if TYPE_CHECKING:
    from devtools.simdb.database import SimDB

Answer = dict[str, Any]
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"
DEFINITION = frozenset({"TableName", "AttributeDefinitions", "KeySchema"})
MORE_DEFINITION = frozenset({
    "BillingMode", "GlobalSecondaryIndexes", "ProvisionedThroughput", "SSESpecification", "StreamSpecification",
    "Tags", "TableClass", "DeletionProtectionEnabled",
})  # fmt: skip


def create_table(db: "SimDB", request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """The table is there at once."""
    if request["TableName"] in db.tables:
        message = f"Table already exists: {request['TableName']}"
        raise client_error("ResourceInUseException", message, receipt.operation)
    return {"TableDescription": _described(db.create_table(request))}


def delete_table(db: "SimDB", request: Mapping[str, Any], receipt: Receipt) -> Answer:
    table = db.table(request["TableName"], receipt.operation)
    del db.tables[table.name]
    return {"TableDescription": {**_described(table), "TableStatus": "DELETING"}}


def describe_table(db: "SimDB", request: Mapping[str, Any], receipt: Receipt) -> Answer:
    return {"Table": _described(db.table(request["TableName"], receipt.operation))}


def list_tables(db: "SimDB", _: Mapping[str, Any], __: Receipt) -> Answer:
    return {"TableNames": sorted(db.tables)}


def update_time_to_live(db: "SimDB", request: Mapping[str, Any], receipt: Receipt) -> Answer:
    """Names the attribute; nothing is removed before `SimDB.delete_expired` is called."""
    wanted = request["TimeToLiveSpecification"]
    table = db.table(request["TableName"], receipt.operation)
    table.ttl_attribute = wanted["AttributeName"] if wanted["Enabled"] else None
    return {"TimeToLiveSpecification": dict(wanted)}


def describe_time_to_live(db: "SimDB", request: Mapping[str, Any], receipt: Receipt) -> Answer:
    name = db.table(request["TableName"], receipt.operation).ttl_attribute
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
