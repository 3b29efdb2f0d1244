"""Each check of the packaged template finds the mistake that it is there for, and nothing in the real template."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devtools.package import template as templates
from devtools.package import template_checks
from devtools.package.template import ANY_METHOD, Template

Spoil = Callable[[Template], None]


def resource(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resource(template, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def allow(role: str, action: str, target: Any) -> Spoil:
    return lambda template: statements(template, role).append({"Effect": "Allow", "Action": action, "Resource": target})


def put(name: str, *path: Any, value: Any) -> Spoil:
    """A mistake: `value` at `path` below the properties of a resource."""

    def spoil(template: Template) -> None:
        place: Any = resource(template, name)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return spoil


def drop(*path: str) -> Spoil:
    """A mistake: something of the resources is missing."""

    def spoil(template: Template) -> None:
        place = template["Resources"]
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return spoil


def rename_variable(template: Template) -> None:
    paths = templates.paths(template)
    paths["/events/{id}/enrollments"] = paths["/events/{event_id}"]


def anybody_reports(template: Template) -> None:
    """The queue takes what any topic of any account sends."""
    del resource(template, "FeedbackQueuePolicy")["PolicyDocument"]["Statement"][0]["Condition"]


def any_topic_of_ours(template: Template) -> None:
    statement = resource(template, "FeedbackQueuePolicy")["PolicyDocument"]["Statement"][0]
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def any_set_publishes(template: Template) -> None:
    del resource(template, "MailReportsTopicPolicy")["PolicyDocument"]["Statement"][0]["Condition"]["StringEquals"][
        "aws:SourceArn"
    ]


EVENTS = {"Fn::GetAtt": ["EventsTable", "Arn"]}
MAIL_SOURCE = ("SendMail", "Events", "SendMailSqsEventSource", "Properties")
TICK_SOURCE = ("Tick", "Events", "TickEvent", "Properties")
GATEWAY = ("RestAPI", "GatewayResponses")
RENAMED = {
    "type": "https://turnout.example/problems/invalid_request",
    "title": "Bad Request",
    "status": 400,
    "detail": "No.",
    "code": "invalid_request",
    "request_id": "$context.requestId",
}
RETITLED = RENAMED | {"type": "about:blank", "title": "Slow down", "status": 429, "code": "too_many_requests"}
MISTAKES = {
    "a scan": (
        allow("ApiHandlerRole", "dynamodb:Scan", EVENTS),
        "APIHandler may dynamodb:Scan, which no",
    ),
    "any action": (allow("TickRole", "dynamodb:*", EVENTS), "Tick may dynamodb:*, which no function needs"),
    "any resource": (allow("TickRole", "sqs:SendMessage", "*"), "Tick may sqs:SendMessage on '*'"),
    "a sender that changes events": (allow("SendMailRole", "dynamodb:PutItem", EVENTS), "must not change that table"),
    "an API that mails": (
        allow("ApiHandlerRole", "ses:SendEmail", "arn:aws:ses:eu-west-1:1:identity/a"),
        "only the mail sender sends mail",
    ),
    "reading another's queue": (
        allow("RunJobRole", "sqs:ReceiveMessage", {"Fn::GetAtt": ["MailQueue", "Arn"]}),
        "RunJob may sqs:ReceiveMessage on MailQueue, which is not its event source",
    ),
    "a shared role": (put("Tick", "Role", value={"Fn::GetAtt": ["RunJobRole", "Arn"]}), "Two functions share a role"),
    "a managed policy": (put("TickRole", "ManagedPolicyArns", value=["arn:x"]), "TickRole has managed policies"),
    "a denying statement": (
        lambda template: statements(template, "TickRole").append(
            {"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:a"}
        ),
        "TickRole has a statement that is not a plain Allow",
    ),
    "all or nothing": (
        put(*MAIL_SOURCE, "FunctionResponseTypes", value=[]),
        "does not report failed messages",
    ),
    "no concurrency": (put(*MAIL_SOURCE, "ScalingConfig", value={}), "SendMail has no maximum concurrency"),
    "a foreign queue": (
        put(*MAIL_SOURCE, "Queue", value={"Fn::Sub": "arn:aws:sqs:a:b:c"}),
        "SendMail is not fed by one queue of this template",
    ),
    "two intrinsics": (
        put(*MAIL_SOURCE, "Queue", value={"Fn::Sub": "x", "Fn::GetAtt": ["MailQueue", "Arn"]}),
        "SendMail is not fed by one queue of this template",
    ),
    "no dead letters": (drop("JobsQueue", "Properties", "RedrivePolicy"), "JobsQueue has no dead letters"),
    "early redelivery": (put("JobsQueue", "VisibilityTimeout", value=300), "before six time-outs of RunJob"),
    "short retention": (
        put("MailDeadLetters", "MessageRetentionPeriod", value=60),
        "keeps dead letters for less",
    ),
    "a lone retry": (put("MailQueue", "RedrivePolicy", "maxReceiveCount", value=1), "must try a message 5 times"),
    "plain text": (put("MailQueue", "SqsManagedSseEnabled", value=False), "MailQueue is not encrypted"),
    "no alarm": (drop("JobsDeadLettersAlarm"), "JobsDeadLetters has no alarm"),
    "no age alarm": (drop("MailQueueAgeAlarm"), "MailQueue has no alarm on ApproximateAgeOfOldestMessage"),
    "a mute alarm": (drop("GatewayErrorsAlarm", "Properties", "AlarmActions"), "GatewayErrorsAlarm tells nobody"),
    "reports from anybody": (anybody_reports, "FeedbackQueuePolicy lets others than one named source send"),
    "reports from any topic": (any_topic_of_ours, "FeedbackQueuePolicy lets others than one named source send"),
    "any set publishes": (any_set_publishes, "MailReportsTopicPolicy lets others than one named source send"),
    "no complaints": (
        put("MailReports", "EventDestination", "MatchingEventTypes", value=["bounce", "delivery"]),
        "SES reports no complaint",
    ),
    "reports switched off": (put("MailReports", "EventDestination", "Enabled", value=False), "SES reports no bounce"),
    "reports that go nowhere": (drop("FeedbackSubscription"), "What SES reports does not arrive in FeedbackQueue"),
    "reports to another queue": (
        put("FeedbackSubscription", "Endpoint", value={"Fn::GetAtt": ["MailQueue", "Arn"]}),
        "What SES reports does not arrive in FeedbackQueue",
    ),
    "reports that are lost": (
        drop("FeedbackSubscription", "Properties", "RedrivePolicy"),
        "FeedbackSubscription loses what its queue refuses",
    ),
    "a queue that takes none": (
        put("FeedbackQueuePolicy", "Queues", value=[{"Ref": "FeedbackDeadLetters"}]),
        "Nobody may put a message into FeedbackQueue",
    ),
    "no configuration set": (
        drop("SendMail", "Properties", "Environment", "Variables", "MAIL_CONFIGURATION_SET"),
        "SendMail does not get MAIL_CONFIGURATION_SET",
    ),
    "nowhere for poison": (
        drop("RunJob", "Properties", "Environment", "Variables", "JOBS_DEAD_QUEUE_URL"),
        "RunJob does not get JOBS_DEAD_QUEUE_URL",
    ),
    "feedback that mails": (
        allow("TakeFeedbackRole", "ses:SendEmail", "arn:aws:ses:eu-west-1:1:identity/a"),
        "TakeFeedback may ses:SendEmail; only the mail sender sends mail",
    ),
    "a schedule without letters": (
        put(*TICK_SOURCE, "DeadLetterConfig", value={}),
        "of Tick has no dead letters",
    ),
    "a schedule without retries": (drop("Tick", "Properties", *TICK_SOURCE[1:], "RetryPolicy"), "has no retry policy"),
    "a handler in app.py": (put("Tick", "Handler", value="app.tick"), "Tick runs app.tick"),
    "more time": (put("APIHandler", "Timeout", value=29), "APIHandler must have a time-out of 20 s"),
    "less memory": (put("Tick", "MemorySize", value=128), "Tick must have 1024 MB on arm64"),
    "an unknown setting": (put("Tick", "Environment", "Variables", "TABEL", value="x"), "TABEL, which is no setting"),
    "a secret": (put("Tick", "Environment", "Variables", "KEY_RING", value="x"), "gets a secret"),
    "an endless log": (drop("TickLogGroup", "Properties", "RetentionInDays"), "TickLogGroup keeps its lines for ever"),
    "Chalice's log name": (
        put("ApiHandlerLogGroup", "LogGroupName", value={"Fn::Sub": "/aws/lambda/${ApiHandler}"}),
        "log group of APIHandler must have a name that needs no function",
    ),
    "an undeclared verb": (
        lambda template: templates.paths(template)["/events"].pop(ANY_METHOD),
        "/events does not send undeclared verbs",
    ),
    "two names for a variable": (rename_variable, "/events/ has several variable names ({event_id}, {id})"),
    "no gateway response": (drop("RestAPI", "Properties", "GatewayResponses", "THROTTLED"), "THROTTLED is missing"),
    "a misspelt one": (put(*GATEWAY, "THROTLED", value={}), "THROTLED does not exist"),
    "the gateway's 403": (
        put(*GATEWAY, "MISSING_AUTHENTICATION_TOKEN", "StatusCode", value=403),
        "MISSING_AUTHENTICATION_TOKEN must be 404 not_found",
    ),
    "no CORS": (
        put(*GATEWAY, "DEFAULT_5XX", "ResponseParameters", value={"Headers": {}}),
        "DEFAULT_5XX lacks the header Access-Control-Allow-Origin",
    ),
    "no pause": (
        drop("RestAPI", "Properties", "GatewayResponses", "THROTTLED", "ResponseParameters", "Headers", "Retry-After"),
        "THROTTLED lacks Retry-After",
    ),
    "no document": (
        put(*GATEWAY, "REQUEST_TOO_LARGE", "ResponseTemplates", "application/json", value="<html>"),
        "REQUEST_TOO_LARGE has no JSON document",
    ),
    "another title": (
        put(*GATEWAY, "THROTTLED", "ResponseTemplates", "application/json", value=json.dumps(RETITLED)),
        "THROTTLED must be of type https://turnout.example/problems/too_many_requests",
    ),
    "a title of its own": (
        put(*GATEWAY, "DEFAULT_4XX", "ResponseTemplates", "application/json", value=json.dumps(RENAMED)),
        "DEFAULT_4XX must be of type https://turnout.example/problems/invalid_request and called 'Invalid request'",
    ),
    "no throttling": (drop("RestAPI", "Properties", "MethodSettings"), "The stage has no throttling"),
    "tokens in the log": (
        put("RestAPI", "AccessLogSetting", "Format", value='{"path":"$context.path"}'),
        "may hold the token of a mailed link",
    ),
    "another key": (
        put("EventsTable", "KeySchema", 1, "AttributeName", value="organizer"),
        "EventsTable differs from chalicelib.store.dynamo.tables.DEFINITIONS['events']",
    ),
    "a missing projection": (
        put("EnrollmentsTable", "GlobalSecondaryIndexes", 0, "Projection", "NonKeyAttributes", value=["status"]),
        "EnrollmentsTable differs from",
    ),
    "no TTL": (drop("DueTable", "Properties", "TimeToLiveSpecification"), "DueTable differs from"),
    "a missing table": (drop("SeatsTable"), "The template has the tables"),
    "a table that goes with the stack": (drop("SeatsTable", "DeletionPolicy"), "SeatsTable is deleted with the stack"),
    "no way back": (drop("SeatsTable", "Properties", "PointInTimeRecoverySpecification"), "cannot be restored"),
}


def test_the_template_has_nothing_to_complain_about(template: Template, sample_project: Path) -> None:
    assert template_checks.complaints(template, sample_project) == []


@pytest.mark.parametrize(("spoil", "sentence"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named(template: Template, sample_project: Path, spoil: Spoil, sentence: str) -> None:
    spoil(template)

    assert sentence in "\n".join(template_checks.complaints(template, sample_project))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def handle(event): return {}", "must take (event, context)"),
        ("@deco\ndef handle(event, context): return {}", "is not a plain function of its module"),
        ("handle = print", "is not a plain function of its module"),
    ],
    ids=["one parameter", "decorated", "no function"],
)
def test_a_worker_must_be_a_plain_function(template: Template, tmp_path: Path, source: str, sentence: str) -> None:
    workers = tmp_path / "chalicelib" / "workers"
    workers.mkdir(parents=True)
    (workers / "tick.py").write_text(source, encoding="utf-8")

    found = "\n".join(template_checks.complaints(template, tmp_path))

    assert f"chalicelib.workers.tick.handle {sentence}" in found
    assert "there is no chalicelib/workers/mail.py" in found
