"""What the checks say to the engine under test, and the words in which they say it."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.contract.dynamodb.engines import Client

Value = dict[str, Any]
Item = dict[str, Value]

ITEMS = "contract-items"
SINGLES = "contract-singles"
TABLES: tuple[dict[str, Any], ...] = (
    {
        "TableName": ITEMS,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "team", "score")
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_team",
                "KeySchema": [
                    {"AttributeName": "team", "KeyType": "HASH"},
                    {"AttributeName": "score", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status", "n"]},
            },
            {
                "IndexName": "keys_by_team",
                "KeySchema": [
                    {"AttributeName": "team", "KeyType": "HASH"},
                    {"AttributeName": "score", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
            {
                "IndexName": "all_by_team",
                "KeySchema": [
                    {"AttributeName": "team", "KeyType": "HASH"},
                    {"AttributeName": "score", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    },
    {
        "TableName": SINGLES,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
)
_partitions = itertools.count()


def text(content: str) -> Value:
    return {"S": content}


def number(content: int | str) -> Value:
    return {"N": str(content)}


YES: Value = {"BOOL": True}


def strings(*members: str) -> Value:
    return {"SS": list(members)}


def sequence(*members: Value) -> Value:
    return {"L": list(members)}


def mapping(**members: Value) -> Value:
    return {"M": members}


def placeholders(names: Mapping[str, str] | None, values: Mapping[str, Value]) -> dict[str, Any]:
    """Request parameters for `#name`s and `:value`s, left out where there are none."""
    found: dict[str, Any] = {}
    if names:
        found["ExpressionAttributeNames"] = {f"#{name}": attribute for name, attribute in names.items()}
    if values:
        found["ExpressionAttributeValues"] = {f":{name}": value for name, value in values.items()}
    return found


@dataclass
class Subject:
    """One engine with the two tables of the suite, and a partition that no other check touches."""

    client: Client
    partition: str = field(default_factory=lambda: f"p{next(_partitions)}")

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer. An engine that breaks in any other way than an AWS error does not keep the contract."""
        try:
            return self.client._make_api_call(operation, parameters)
        except (ClientError, BotoCoreError):
            raise
        except Exception as error:
            raise AssertionError(f"the engine broke: {error!r}") from error

    def key(self, sort: str = "1") -> Item:
        return {"pk": text(self.partition), "sk": text(sort)}

    def put(self, sort: str = "1", /, **attributes: Value) -> dict[str, Any]:
        return self.call("PutItem", TableName=ITEMS, Item={**self.key(sort), **attributes})

    def get(self, sort: str = "1") -> Item | None:
        """The attributes beside the key, read consistently; None when there is no such item."""
        item: Item | None = self.call("GetItem", TableName=ITEMS, Key=self.key(sort), ConsistentRead=True).get("Item")
        return None if item is None else {name: value for name, value in item.items() if name not in {"pk", "sk"}}

    def update(
        self, expression: str, values: Mapping[str, Value] | None = None, *, sort: str = "1", names: Any = None
    ) -> dict[str, Any]:
        return self.call(
            "UpdateItem",
            TableName=ITEMS,
            Key=self.key(sort),
            UpdateExpression=expression,
            **placeholders(names, values or {}),
        )

    def transact(self, *items: dict[str, Any], **parameters: Any) -> dict[str, Any]:
        return self.call("TransactWriteItems", TransactItems=list(items), **parameters)

    def query(self, condition: str, *, names: Any = None, values: Mapping[str, Value], **more: Any) -> dict[str, Any]:
        return self.call(
            "Query", TableName=ITEMS, KeyConditionExpression=condition, **placeholders(names, values), **more
        )

    def page(self, **more: Any) -> dict[str, Any]:
        """A query of the check's own partition."""
        return self.query("pk = :pk", values={"pk": text(self.partition)}, **more)


def sorts(answer: Mapping[str, Any]) -> list[str]:
    """The sort keys of a page, in its order."""
    return [item["sk"]["S"] for item in answer["Items"]]


@contextmanager
def refused(code: str = "ValidationException") -> Iterator[dict[str, Any]]:
    """What is inside must be refused with this code; afterwards the yielded dict is the error's response."""
    response: dict[str, Any] = {}
    try:
        yield response
    except ClientError as error:
        response.update(error.response)
        assert error.response["Error"]["Code"] == code, error  # noqa: PT017  # the message belongs to the failure
        return
    raise AssertionError(f"accepted, where {code} was due")
