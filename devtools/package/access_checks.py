"""Least privilege: what each role of the template may do, and to what."""

import json
from typing import Any

from devtools.package.template import Template, of_type, referred

# Every action that any function may hold. Reading a whole table is not among them, nor is making one.
ALLOWED_ACTIONS = {
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ses:SendEmail",
    "ses:SendRawEmail",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "ssm:GetParameter",
}
CONSUME = {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
# The tables whose items a function may change; the ones it may only read are left to its policy.
MAY_WRITE = {
    "APIHandler": {"AccountsTable", "DueTable", "EnrollmentsTable", "EventsTable", "SeatsTable"},
    "RunJob": {"DueTable", "EnrollmentsTable", "EventsTable", "SeatsTable"},  # of events: the search index
    "SendMail": {"AccountsTable", "DueTable", "EnrollmentsTable", "SeatsTable"},
    "TakeFeedback": {"AccountsTable", "DueTable", "EnrollmentsTable", "SeatsTable"},
    "Tick": {"DueTable"},
}
MAY_SEND_MAIL = {"SendMail"}
_WRITES = {"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}


def grants(template: Template, function: str) -> set[tuple[str, str]]:
    """Pairs of an action and what it is allowed on: a logical id, `Table/index/name`, or the text of an ARN."""
    role = template["Resources"][template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]]
    pairs = set()
    for statement in _statements(role["Properties"]):
        for action in _list(statement.get("Action", [])):
            pairs |= {(action, _target(resource)) for resource in _list(statement.get("Resource", []))}
    return pairs


def complaints(template: Template) -> list[str]:
    """Every right that a function has and should not have, one sentence each."""
    found = []
    functions = of_type(template, "AWS::Serverless::Function")
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in functions.values()]
    if len(set(roles)) != len(roles):
        found.append("Two functions share a role; each needs its own.")
    for function, role in zip(functions, roles, strict=True):
        found += _role_complaints(role, template["Resources"][role]["Properties"])
        found += _grant_complaints(template, function)
    return found


def _role_complaints(role: str, properties: dict[str, Any]) -> list[str]:
    found = []
    if properties.get("ManagedPolicyArns"):
        found.append(f"{role} has managed policies; write its rights into its own policy.")
    principals = [one["Principal"] for one in properties["AssumeRolePolicyDocument"]["Statement"]]
    if principals != [{"Service": "lambda.amazonaws.com"}]:
        found.append(f"{role} may be assumed by others than Lambda.")
    if any(
        one.get("Effect") != "Allow" or one.keys() & {"NotAction", "NotResource"} for one in _statements(properties)
    ):
        found.append(f"{role} has a statement that is not a plain Allow.")
    return found


def _grant_complaints(template: Template, function: str) -> list[str]:
    found = []
    for action, target in sorted(grants(template, function)):
        known = target.split("/", 1)[0] in template["Resources"]
        if action not in ALLOWED_ACTIONS:
            found.append(f"{function} may {action}, which no function needs.")
        if target == "*" or "*" in target or not (known or target.startswith("arn:")):
            found.append(f"{function} may {action} on {target!r}, which is not one resource of this template.")
        if action in _WRITES and target not in MAY_WRITE.get(function, set()):
            found.append(f"{function} may {action} on {target}; it must not change that table.")
        if action.startswith("ses:") and function not in MAY_SEND_MAIL:
            found.append(f"{function} may {action}; only the mail sender sends mail.")
        if action in CONSUME and target not in _sources(template, function):
            found.append(f"{function} may {action} on {target}, which is not its event source.")
    return found


def _sources(template: Template, function: str) -> set[str]:
    events = template["Resources"][function]["Properties"].get("Events", {})
    return {referred(event["Properties"].get("Queue")) for event in events.values()}


def _statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for policy in role.get("Policies", []) for one in policy["PolicyDocument"]["Statement"]]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _target(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    text = resource.get("Fn::Sub")
    if isinstance(text, str) and text.startswith("${") and ".Arn}" in text:
        return text[2:].replace(".Arn}", "", 1)
    if isinstance(text, str):
        return text
    return referred(resource) or json.dumps(resource)
