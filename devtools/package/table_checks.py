"""The tables of the template against the definitions that the store is written for."""

from typing import Any

from devtools.package.template import Template, of_type

Definition = dict[str, Any]


def definition(properties: dict[str, Any]) -> Definition:
    """Keys, indexes and TTL of a table resource, in the shape of `chalicelib.store.dynamo.tables.DEFINITIONS`."""
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


def complaints(template: Template, definitions: dict[str, Definition]) -> list[str]:
    """Every difference to `definitions`, and every table that could be lost, one sentence each."""
    found = []
    tables = {_name(properties): (resource, properties) for resource, properties in _tables(template).items()}
    if tables.keys() != definitions.keys():
        found.append(f"The template has the tables {sorted(tables)}, the store {sorted(definitions)}.")
    for name in sorted(tables.keys() & definitions.keys()):
        resource, properties = tables[name]
        if definition(properties) != definitions[name]:
            found.append(f"{resource} differs from chalicelib.store.dynamo.tables.DEFINITIONS[{name!r}].")
        found += _safety_complaints(resource, template["Resources"][resource])
    return found


def _tables(template: Template) -> dict[str, dict[str, Any]]:
    return of_type(template, "AWS::DynamoDB::Table")


def _name(properties: dict[str, Any]) -> str:
    return str(properties["TableName"]["Fn::Sub"]).removeprefix("${TablePrefix}-")


def _safety_complaints(name: str, resource: dict[str, Any]) -> list[str]:
    properties = resource["Properties"]
    rules = {
        "is deleted with the stack": resource.get("DeletionPolicy") == "Retain" == resource.get("UpdateReplacePolicy"),
        "can be deleted by hand": properties.get("DeletionProtectionEnabled") is True,
        "cannot be restored to a point in time": properties.get("PointInTimeRecoverySpecification")
        == {"PointInTimeRecoveryEnabled": True},
        "is not encrypted with a managed key": properties.get("SSESpecification") == {"SSEEnabled": True},
        "is not on demand": properties.get("BillingMode") == "PAY_PER_REQUEST",
    }
    return [f"{name} {sentence}." for sentence, holds in rules.items() if not holds]
