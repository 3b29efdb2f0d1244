"""One Query, put into DynamoDB's words."""

from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.store.dynamo.definitions import DEFINITIONS, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A partition of a table or an index, in either direction. `between` is inclusive; `keep` filters after reading."""

    model: type[Item]
    partition: str
    between: tuple[str, str] | None = None
    index: str | None = None
    forward: bool = True
    limit: int | None = None
    consistent: bool = False
    keep: Condition | None = None
    start: dict[str, Any] | None = None
    count_only: bool = False

    def request(self, table: str) -> dict[str, Any]:
        names, values, text = self._keys()
        kwargs: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": text,
            "ScanIndexForward": self.forward,
            "ConsistentRead": self.consistent,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
        if self.keep is not None:
            placeholders: dict[str, str] = {}
            kwargs["FilterExpression"] = self.keep.serialize(placeholders, values)
            names |= {placeholder: name for name, placeholder in placeholders.items()}
        optional = {
            "IndexName": self.index,
            "Limit": self.limit,
            "ExclusiveStartKey": self.start,
            "Select": "COUNT" if self.count_only else None,
        }
        return kwargs | {name: value for name, value in optional.items() if value is not None}

    def _keys(self) -> tuple[dict[str, str], dict[str, Any], str]:
        definition = DEFINITIONS[self.model.Meta.table_name]
        keys = definition["indexes"][self.index]["keys"] if self.index else definition["keys"]
        names, values, text = {"#p": keys[0][0]}, {":p": {"S": self.partition}}, "#p = :p"
        if self.between:
            names["#s"] = keys[1][0]
            values |= {":a": {"S": self.between[0]}, ":b": {"S": self.between[1]}}
            text += " AND #s BETWEEN :a AND :b"
        return names, values, text
