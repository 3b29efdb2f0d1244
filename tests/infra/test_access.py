"""The calls of the code against the roles of the template."""

from typing import Any

import pytest

from devtools.package import access
from devtools.package.template import Template

EVENTS, DUE, ACCOUNTS = "turnout-events", "turnout-due", "turnout-accounts"
TRANSACTION: dict[str, Any] = {
    "TransactItems": [
        {"Put": {"TableName": DUE}},
        {"Update": {"TableName": "stage-two-seats"}},
        {"Delete": {"TableName": ACCOUNTS}},
    ]
}
DENIED = ("DeleteItem on AccountsTable", "PutItem on DueTable")


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("BatchGetItem", {"RequestItems": {EVENTS: {}, ACCOUNTS: {}}}),
        ("TransactWriteItems", TRANSACTION),
        ("Query", {"TableName": EVENTS, "IndexName": "by_organizer"}),
        ("SendMessage", {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/turnout-jobs"}),
        ("GetParameter", {"Name": "/turnout/key-ring"}),
    ],
    ids=["batch", "transaction", "index", "queue", "keys"],
)
def test_what_the_api_does_is_allowed(template: Template, operation: str, arguments: dict[str, Any]) -> None:
    assert access.refused(template, "APIHandler", [(operation, arguments)]) == []


@pytest.mark.parametrize(
    ("function", "operation", "arguments", "expected"),
    [
        ("APIHandler", "Scan", {"TableName": EVENTS}, ["dynamodb:Scan on EventsTable"]),
        ("APIHandler", "SendEmail", {}, ["ses:SendEmail on ", "ses:SendRawEmail on "]),
        (
            "APIHandler",
            "Query",
            {"TableName": EVENTS, "IndexName": "by_day"},
            ["dynamodb:Query on EventsTable/index/by_day"],
        ),
        (
            "SendMail",
            "TransactWriteItems",
            TRANSACTION,
            ["dynamodb:DeleteItem on AccountsTable"],
        ),
        ("Tick", "GetItem", {"TableName": ACCOUNTS}, ["dynamodb:GetItem on AccountsTable"]),
        ("Tick", "SendMessageBatch", {"QueueUrl": "https://other"}, ["sqs:SendMessage on https://other"]),
    ],
    ids=["scan", "mail", "another index", "part of a transaction", "another table", "another queue"],
)
def test_what_aws_would_deny_is_named(
    template: Template, function: str, operation: str, arguments: dict[str, Any], expected: list[str]
) -> None:
    assert access.refused(template, function, [(operation, arguments)]) == expected
