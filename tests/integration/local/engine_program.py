"""Ministack's DynamoDB as it is beside the one with our queries: a program for `.venv-engine`, which has no pytest.

`compare SEED ROUNDS` asks both the same after the same changes; `count SIZE [0]` says how many items of a partition of
that size each of them (only ours) looks at. Both write JSON.
"""

import asyncio
import base64
import importlib
import importlib.util
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[3] / "devtools" / "local" / "engine"))

Request = dict[str, Any]
NAMES = [f"{letter}{number}" for letter in "abc" for number in range(8)]
KINDS = {"text": "S", "number": "N", "bytes": "B"}
PAGE = 20
INDEXES = {"by-text": "text", "by-number": "number", "by-bytes": "bytes", "flat": None}


def engines() -> tuple[ModuleType, ModuleType]:
    """Two modules with tables of their own: ministack's, and ministack's with ours beside it."""
    plain = importlib.import_module("ministack.services.dynamodb")
    spec = importlib.util.spec_from_file_location(plain.__name__, str(plain.__file__))
    assert spec is not None
    assert spec.loader is not None
    ours = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ours)
    importlib.import_module("engine_queries").install(ours)
    return plain, ours


def ask(engine: ModuleType, operation: str, request: Request) -> tuple[int, Any]:
    head = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    status, _, body = asyncio.run(engine.handle_request("POST", "/", head, json.dumps(request).encode(), {}))
    return status, json.loads(body)


def table(name: str, sort: str | None) -> Request:
    """Sorted by an attribute of one kind, with an index for each kind and one that has no sort key."""
    schema = [("pk", "HASH"), *([(sort, "RANGE")] if sort else [])]
    indexes = [
        {
            "IndexName": index,
            "KeySchema": keys([("group", "HASH"), *([(by, "RANGE")] if by else [])]),
            "Projection": {"ProjectionType": "ALL"},
        }
        for index, by in INDEXES.items()
    ]
    attributes = {"pk": "S", "group": "S", **KINDS}
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": keys(schema),
        "AttributeDefinitions": [{"AttributeName": one, "AttributeType": kind} for one, kind in attributes.items()],
        "GlobalSecondaryIndexes": indexes,
    }


def keys(schema: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in schema]


class Changes:
    """Random changes and questions, the same ones for the same seed; `sort` is the sort key of the table."""

    def __init__(self, seed: int, name: str, sort: str | None) -> None:
        self._random = random.Random(seed)
        self._name = name
        self._sort = sort

    def value(self, attribute: str) -> dict[str, str]:
        chosen = self._random.choice(NAMES)
        if attribute == "number":
            return {"N": str(self._random.choice([-3, -0.5, 0, 1, 2, 9, 10, 100, 12345678901234567890]))}
        return {"B": base64.b64encode(chosen.encode()).decode()} if attribute == "bytes" else {"S": chosen}

    def key(self) -> Request:
        key: Request = {"pk": {"S": self._random.choice("xyz")}}
        return {**key, self._sort: self.value(self._sort)} if self._sort else key

    def item(self) -> Request:
        given = [one for one in ("group", *KINDS) if self._random.random() < 0.8]
        item = {one: {"S": self._random.choice("gh")} if one == "group" else self.value(one) for one in given}
        return {**item, "size": {"N": str(self._random.randrange(100))}, **self.key()}

    def change(self) -> tuple[str, Request]:
        return self._random.choice(
            [self.put, self.delete, self.update, self.batch, self.transaction, self.statements]
        )()

    def put(self) -> tuple[str, Request]:
        return "PutItem", {"TableName": self._name, "Item": self.item()}

    def delete(self) -> tuple[str, Request]:
        return "DeleteItem", {"TableName": self._name, "Key": self.key()}

    def update(self) -> tuple[str, Request]:
        attribute = self._random.choice([one for one in KINDS if one != self._sort])
        step = self._random.choice(["SET #a = :v, size = :v", "REMOVE #a"])
        request: Request = {"TableName": self._name, "Key": self.key(), "UpdateExpression": step}
        request["ExpressionAttributeNames"] = {"#a": attribute}
        return "UpdateItem", {
            **request,
            **({"ExpressionAttributeValues": {":v": self.value(attribute)}} if ":v" in step else {}),
        }

    def batch(self) -> tuple[str, Request]:
        puts: list[Request] = [{"PutRequest": {"Item": self.item()}}, {"DeleteRequest": {"Key": self.key()}}]
        return "BatchWriteItem", {"RequestItems": {self._name: puts}}

    def transaction(self) -> tuple[str, Request]:
        """Half of them fail as a whole."""
        guard = {"ConditionExpression": "attribute_exists(pk)"} if self._random.random() < 0.5 else {}
        steps: list[Request] = [
            {"Put": {"TableName": self._name, "Item": self.item()}},
            {"Delete": {"TableName": self._name, "Key": self.key(), **guard}},
        ]
        return "TransactWriteItems", {"TransactItems": steps}

    def statements(self) -> tuple[str, Request]:
        """What PartiQL takes back when one of its statements fails replaces all items of the table at once."""
        insert = f'INSERT INTO "{self._name}" VALUE ?'
        lists = [{"Statement": insert, "Parameters": [{"M": self.item()}]} for _ in range(2)]
        return "ExecuteTransaction", {"TransactStatements": lists}

    def query(self) -> Request:
        index = self._random.choice([None, *INDEXES])
        hash_key, by = ("group", INDEXES[index]) if index else ("pk", self._sort)
        request: Request = {"TableName": self._name, "ScanIndexForward": self._random.random() < 0.5}
        condition, values = self.condition(by)
        request["KeyConditionExpression"] = self._random.choice(["{0}{1}", "({0}{1})"]).format("#h = :h", condition)
        request["ExpressionAttributeNames"] = {"#h": hash_key, **({"#s": by} if condition else {})}
        request["ExpressionAttributeValues"] = {":h": {"S": self._random.choice("gh" if index else "xyz")}, **values}
        if index:
            request["IndexName"] = index
        if self._random.random() < 0.7:
            request["Limit"] = self._random.randrange(1, 6)
        return request

    def condition(self, by: str | None) -> tuple[str, Request]:
        if by is None or self._random.random() < 0.2:
            return "", {}
        low, high = self.value(by), self.value(by)
        operator = self._random.choice(["=", "<", "<=", ">", ">=", "mirrored", "between", "begins_with"])
        if operator == "between":
            return " AND #s BETWEEN :a AND :b", {":a": low, ":b": high}
        if operator == "begins_with":
            prefix = {"S": self._random.choice("abcd")} if by == "text" else low
            return " AND begins_with(#s, :a)", {":a": prefix}
        return (" AND :a >= #s" if operator == "mirrored" else f" AND #s {operator} :a"), {":a": low}


def compare(seed: int, rounds: int) -> dict[str, Any]:
    """How many answers were compared and how many of them held items; the first question with two answers."""
    both, asked, filled = engines(), 0, 0
    for sort in (*KINDS, None):
        changes = Changes(seed, f"by-{sort}", sort)
        made = table(f"by-{sort}", sort)
        for engine in both:
            ask(engine, "CreateTable", made)
        for _ in range(rounds):
            operation, request = changes.change()
            for engine in both:
                ask(engine, operation, request)
            for question in pages(both[0], changes.query()):
                plain, ours = (ask(engine, "Query", question) for engine in both)
                asked, filled = asked + 1, filled + bool(plain[1].get("Count"))
                if plain != ours:
                    return {"question": question, "plain": plain, "ours": ours}
    return {"asked": asked, "filled": filled}


def pages(engine: ModuleType, question: Request) -> Iterator[Request]:
    """The question, and those for the pages that follow."""
    start = None
    for _ in range(4):
        asked = {**question, **({"ExclusiveStartKey": start} if start else {})}
        yield asked
        start = ask(engine, "Query", asked)[1].get("LastEvaluatedKey")
        if start is None:
            return


QUESTIONS: dict[str, Request] = {
    "first page": {},
    "last page": {"ScanIndexForward": False},
    "next page": {"ExclusiveStartKey": {"pk": {"S": "x"}, "text": {"S": "00000050"}}},
    "from on": {"KeyConditionExpression": "pk = :h AND #s >= :a"},
    "between": {"KeyConditionExpression": "pk = :h AND #s BETWEEN :a AND :b"},
    "begins with": {"KeyConditionExpression": "pk = :h AND begins_with(#s, :a)"},
    "an index": {"KeyConditionExpression": "#g = :h AND #s >= :a", "IndexName": "by-text"},
}


def count(size: int, alone: int = 1) -> dict[str, dict[str, list[float]]]:
    """For each question how many items' key conditions were evaluated, and in how many milliseconds: as is, then ours.

    With 0 only ours, which is all that can be waited for in a large partition.
    """
    chosen = engines()[0 if alone else 1 :]
    for engine in chosen:
        ask(engine, "CreateTable", table("events", "text"))
        for first in range(0, size, 25):
            items = [
                {"pk": {"S": "x"}, "text": {"S": f"{number:08}"}, "group": {"S": "x"}}
                for number in range(first, min(first + 25, size))
            ]
            puts = [{"PutRequest": {"Item": item}} for item in items]
            ask(engine, "BatchWriteItem", {"RequestItems": {"events": puts}})
    return {name: _figures(chosen, {**_question(extra), "Limit": PAGE}) for name, extra in QUESTIONS.items()}


def _question(extra: Request) -> Request:
    whole: Request = {"TableName": "events", "KeyConditionExpression": "pk = :h", **extra}
    expression = whole["KeyConditionExpression"]
    values = {":h": {"S": "x"}, ":a": {"S": "0000001"}, ":b": {"S": "00000150"}}
    whole["ExpressionAttributeValues"] = {name: value for name, value in values.items() if name in expression}
    names = {name: real for name, real in {"#s": "text", "#g": "group"}.items() if name in expression}
    return {**whole, **({"ExpressionAttributeNames": names} if names else {})}


def _figures(chosen: tuple[ModuleType, ...], question: Request) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"evaluated": [], "ms": []}
    for engine in chosen:
        status, answer = ask(engine, "Query", question)  # what is kept in order from now on is put in order
        assert status == 200, answer
        evaluate, seen = engine._evaluate_condition, [0]

        def counted(*arguments: Any, evaluate: Any = evaluate, seen: list[int] = seen, **named: Any) -> Any:
            seen[0] += 1
            return evaluate(*arguments, **named)

        engine.__dict__["_evaluate_condition"] = counted
        started = time.perf_counter()
        ask(engine, "Query", question)
        found["ms"].append(round((time.perf_counter() - started) * 1000, 1))
        found["evaluated"].append(seen[0])
        engine.__dict__["_evaluate_condition"] = evaluate
    return found


if __name__ == "__main__":
    command, *numbers = sys.argv[1], *map(int, sys.argv[2:])
    json.dump(compare(*numbers) if command == "compare" else count(*numbers), sys.stdout)
