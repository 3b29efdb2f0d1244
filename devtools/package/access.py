"""Whether a function's role allows the calls that its code makes: what AWS would say, before it is asked."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from devtools.package.template import Template, referred

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


def grants(template: Template, function: str) -> set[tuple[str, str]]:
    """Pairs of an action and what it is allowed on: a logical id, `Table/index/name`, or the text of an ARN."""
    return granted_to(template, template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0])


def granted_to(template: Template, role: str) -> set[tuple[str, str]]:
    """The same of a role by its logical id."""
    pairs = set()
    for statement in statements(template["Resources"][role]["Properties"]):
        for action in _list(statement.get("Action", [])):
            pairs |= {(action, _target(resource)) for resource in _list(statement.get("Resource", []))}
    return pairs


def refused(template: Template, function: str, calls: Iterable[Call]) -> list[str]:
    """What AWS would deny, as `action on target`; `calls` are the arguments of botocore's `_make_api_call`."""
    granted = grants(template, function)
    return _sentences(pair for pair in needed(calls) if not _allowed(granted, *pair))


def unused(template: Template, function: str, calls: Iterable[Call]) -> list[str]:
    """Rights on tables that the function holds and that no call needed, as `action on target`."""
    granted = {pair for pair in grants(template, function) if pair[0].startswith("dynamodb:")}
    return _sentences(granted - needed(calls))


def _sentences(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(f"{action} on {target}" for action, target in pairs)


def needed(calls: Iterable[Call]) -> set[tuple[str, str]]:
    """What a role must grant for these calls."""
    return {pair for operation, arguments in calls for pair in _needed(operation, arguments)}


def _allowed(granted: set[tuple[str, str]], action: str, target: str) -> bool:
    if target:
        return (action, target) in granted
    return any(action == held for held, _ in granted)


def _needed(operation: str, arguments: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The actions of IAM behind one call; an empty target stands for the one that the role names by its ARN."""
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        return {
            (f"dynamodb:{_TRANSACTED[kind]}", _table(one["TableName"]))
            for item in arguments["TransactItems"]
            for kind, one in item.items()
        }
    if operation == "BatchGetItem":
        return {("dynamodb:BatchGetItem", _table(name)) for name in arguments["RequestItems"]}
    if operation == "SendEmail":
        return {("ses:SendEmail", ""), ("ses:SendRawEmail", "")}
    if operation == "GetParameter":
        return {("ssm:GetParameter", "")}
    if "QueueUrl" in arguments:
        url = str(arguments["QueueUrl"])
        queue = _QUEUES.get(url.rpartition("/")[2].partition("-")[2], url)
        return {(f"sqs:{operation.removesuffix('Batch')}", queue)}
    index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
    return {(f"dynamodb:{operation}", _table(arguments["TableName"]) + index)}


def _table(name: str) -> str:
    return _TABLES.get(name.rpartition("-")[2], name)


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
        return text
    return referred(resource) or json.dumps(resource)
