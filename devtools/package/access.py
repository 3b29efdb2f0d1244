"""Whether a role allows the calls that code makes: what AWS would say, before it is asked."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from devtools.package.template import Template, referred
from operations.rights import BETWEEN, RESTORED

Call = tuple[str, Mapping[str, Any]]

_TABLES = {
    "accounts": "AccountsTable",
    "due": "DueTable",
    "enrollments": "EnrollmentsTable",
    "events": "EventsTable",
    "seats": "SeatsTable",
}
_QUEUES = {
    "mail": "MailQueue",
    "jobs": "JobsQueue",
    "feedback": "FeedbackQueue",
    "mail-dead": "MailDeadLetters",
    "jobs-dead": "JobsDeadLetters",
    "feedback-dead": "FeedbackDeadLetters",
}
_TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
_RESTORED = re.compile(rf"arn:.*:table/\$\{{TablePrefix\}}{BETWEEN}\?\*-(\w+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One right that a call needs: an empty `target` stands for the one that the role names by its ARN.

    `keys` are the partition keys and `attributes` the names that IAM is told of, where DynamoDB is asked.
    """

    action: str
    target: str
    keys: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


def grants(template: Template, function: str) -> set[tuple[str, str]]:
    """Pairs of an action and what it is allowed on: a logical id, `Table/index/name`, or the text of an ARN."""
    return granted_to(template, template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0])


def granted_to(template: Template, role: str) -> set[tuple[str, str]]:
    """The same of a role by its logical id."""
    return granted(statements(template["Resources"][role]["Properties"]))


def granted(allowed: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The same of statements, whatever their conditions."""
    pairs = set()
    for statement in allowed:
        for action in _list(statement.get("Action", [])):
            pairs |= {(action, _target(resource)) for resource in _list(statement.get("Resource", []))}
    return pairs


def refused(template: Template, function: str, calls: Iterable[Call]) -> list[str]:
    """What AWS would deny, as `action on target`; `calls` are the arguments of botocore's `_make_api_call`."""
    role = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    allowed = statements(template["Resources"][role]["Properties"])
    denied = [one for one in asked(calls) if not any(covers(statement, one) for statement in allowed)]
    return sorted({f"{one.action} on {one.target}" for one in denied})


def covers(statement: Mapping[str, Any], asked_for: Asked) -> bool:
    """Whether a statement allows what is asked, by its conditions on keys and attributes too."""
    if asked_for.action not in _list(statement.get("Action", [])):
        return False
    if asked_for.target and asked_for.target not in {
        _target(resource) for resource in _list(statement.get("Resource", []))
    }:
        return False
    values = {"dynamodb:LeadingKeys": asked_for.keys, "dynamodb:Attributes": asked_for.attributes}
    return all(
        _holds(operator, value, wanted)
        for operator, condition in statement.get("Condition", {}).items()
        for name, wanted in condition.items()
        for value in values.get(name, ())
    )


def _holds(operator: str, value: str, wanted: list[str]) -> bool:
    kind = operator.removeprefix("ForAllValues:")
    if kind == "StringLike":
        return any(fnmatchcase(value, pattern) for pattern in wanted)
    return (value in wanted) is (kind == "StringEquals")


def unused(template: Template, function: str, calls: Iterable[Call]) -> list[str]:
    """Rights on tables that the function holds and that no call needed, as `action on target`."""
    granted = {pair for pair in grants(template, function) if pair[0].startswith("dynamodb:")}
    return sorted(f"{action} on {target}" for action, target in granted - needed(calls))


def needed(calls: Iterable[Call]) -> set[tuple[str, str]]:
    """What a role must grant for these calls."""
    return {(one.action, one.target) for one in asked(calls)}


def asked(calls: Iterable[Call]) -> Iterator[Asked]:
    """The rights behind calls."""
    for operation, arguments in calls:
        if operation in {"TransactWriteItems", "TransactGetItems"}:
            for item in arguments["TransactItems"]:
                yield from (_of_item(_TRANSACTED[kind], one["TableName"], one) for kind, one in item.items())
        elif operation == "BatchGetItem":
            for name, wanted in arguments["RequestItems"].items():
                keys = frozenset(key["pk"]["S"] for key in wanted.get("Keys", ()))
                yield Asked("dynamodb:BatchGetItem", _table(name), keys)
        elif tables := [name for key, name in arguments.items() if key.endswith("TableName")]:
            yield from (_of_item(operation, name, arguments) for name in tables)
        else:
            yield from _elsewhere(operation, arguments)


def _of_item(action: str, table: str, arguments: Mapping[str, Any]) -> Asked:
    item = arguments.get("Key") or arguments.get("Item") or {}
    partition = item.get("pk") or arguments.get("ExpressionAttributeValues", {}).get(":p", {})
    index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
    named = {*item, *arguments.get("ExpressionAttributeNames", {}).values()}
    return Asked(f"dynamodb:{action}", _table(table) + index, frozenset(partition.values()), frozenset(named))


def _elsewhere(operation: str, arguments: Mapping[str, Any]) -> Iterator[Asked]:
    """What is asked of other services than DynamoDB."""
    if operation == "SendEmail":
        yield from (Asked("ses:SendEmail", ""), Asked("ses:SendRawEmail", ""))
    elif "QueueUrl" in arguments:
        url = str(arguments["QueueUrl"])
        queue = _QUEUES.get(url.rpartition("/")[2].partition("-")[2], url)
        yield Asked(f"sqs:{operation.removesuffix('Batch')}", queue)
    else:
        yield Asked(f"ssm:{operation}", "")


def _table(name: str) -> str:
    prefix, _, short = name.rpartition("-")
    table = _TABLES.get(short, name)
    return f"{RESTORED}{table}" if BETWEEN in prefix else table


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that the policies of a role say."""
    return [one for policy in role.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _target(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    text = resource.get("Fn::Sub")
    text = text[0] if isinstance(text, list) else text  # with its own variables, which name no resource
    if isinstance(text, str) and text.startswith("${") and ".Arn}" in text:
        return text[2:].replace(".Arn}", "", 1)
    if isinstance(text, str):
        restored = _RESTORED.fullmatch(text)
        return f"{RESTORED}{_TABLES[restored[1]]}" if restored else text
    return referred(resource) or json.dumps(resource)
