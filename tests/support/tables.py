"""CreateTable requests for the five tables, from the definitions that the application states."""

from typing import Any

from chalicelib.store.dynamo.definitions import DEFINITIONS


def create_table_requests(prefix: str = "turnout") -> list[dict[str, Any]]:
    return [_request(f"{prefix}-{name}", definition) for name, definition in DEFINITIONS.items()]


def _request(table: str, definition: dict[str, Any]) -> dict[str, Any]:
    keys = list(definition["keys"])
    indexes = []
    for name, index in definition["indexes"].items():
        keys += index["keys"]
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": index["include"]}
        indexes.append({"IndexName": name, "KeySchema": _schema(index["keys"]), "Projection": projection})
    request: dict[str, Any] = {
        "TableName": table,
        "KeySchema": _schema(definition["keys"]),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in dict(keys).items()],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = indexes
    return request


def _schema(keys: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": key, "KeyType": kind} for (key, _), kind in zip(keys, ("HASH", "RANGE"), strict=False)]
