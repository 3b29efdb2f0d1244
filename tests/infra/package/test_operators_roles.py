"""The roles of operators who redrive dead letters and who restore tables: what each command does, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from chalicelib.domain.outbox.queues import QueueName
from chalicelib.services.notifications.ports import SendRefusedError
from devtools.package.access import Call, granted_to, needed, statements
from devtools.package.template import Template
from operations.redrive.__main__ import run as redrive
from operations.redrive.messages import DeadQueue
from operations.restore.__main__ import restorings
from operations.restore.__main__ import run as restore
from tests.support.builders import a_person, enrolled
from tests.support.watched import Watched
from tests.support.world import World

FINDING = {("cloudformation:DescribeStackResource", "AWS::StackId"), ("lambda:GetFunctionConfiguration", "APIHandler")}
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
# What DynamoDB asks of whoever restores, on the tables that it fills (its guide, "Using IAM with backup and restore").
FILLING = {"PutItem", "UpdateItem", "DeleteItem", "GetItem", "Query", "Scan", "BatchWriteItem"}


def camel(method: str) -> str:
    return "".join(part.title() for part in method.split("_"))


class Noted:
    """A client of AWS whose calls are written down; `answers` says what it answers to some of them."""

    def __init__(self, **answers: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.calls: list[Call] = []
        self._answers = answers

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        def call(**arguments: Any) -> dict[str, Any]:
            self.calls.append((camel(method), arguments))
            return self._answers[method](arguments) if method in self._answers else {}

        return call


# Redriving


def dead_queues() -> tuple[Noted, dict[QueueName, DeadQueue]]:
    """In each a message that a letter explains, or none does."""
    waiting = {f"https://sqs/turnout-{queue}-dead": [f"{queue}"] for queue in QueueName}

    def received(asked: dict[str, Any]) -> dict[str, Any]:
        found = waiting[asked["QueueUrl"]]
        sent = {"SentTimestamp": "0"}
        return {"Messages": [{"Body": found.pop(), "ReceiptHandle": "r", "Attributes": sent}]} if found else {}

    sqs = Noted(receive_message=received)
    return sqs, {
        queue: DeadQueue(sqs, f"https://sqs/turnout-{queue}-dead", f"https://sqs/turnout-{queue}")
        for queue in QueueName
    }


@pytest.fixture(scope="module")
def redriven() -> list[Call]:
    """The calls of a dry run and of a run that writes, with a mail that was refused for good."""
    with World() as world:
        olga = a_person(world)
        enrolled(world, world.an_event(olga.token), a_person(world))
        world.mailer.failures.append(SendRefusedError("MessageRejected"))
        world.work()
        client, until = Watched(world), world.clock()
        calls: list[Call] = []
        for write in (False, True):
            sqs, queues = dead_queues()
            redrive(world.container, list(QueueName), queues, Console(file=StringIO()), until=until, write=write)
            calls += sqs.calls
        # The job's key goes to the queue of jobs.
        return [*calls, *client.calls, ("SendMessage", {"QueueUrl": "https://sqs/turnout-jobs"})]


def test_redriving_is_allowed_what_it_does_and_nothing_else(template: Template, redriven: list[Call]) -> None:
    assert ("dynamodb:UpdateItem", "DueTable") in needed(redriven)
    assert granted_to(template, "RedriveRole") - FINDING == needed(redriven)


def test_redriving_reads_and_writes_no_row_but_letters_jobs_and_the_trail(
    template: Template, redriven: list[Call]
) -> None:
    found = [one for one in of(template, "RedriveRole") if "dynamodb" in str(one["Action"])]
    keys = {str(one["Action"]): next(iter(one["Condition"].values())) for one in found if "Condition" in one}
    transacted = [one for _, asked in redriven for one in asked.get("TransactItems", [])]

    assert len(keys) == len({str(one["Action"]) for one in found})
    for one in transacted:
        [(kind, asked)] = one.items()
        partition = (asked.get("Key") or asked["Item"])["pk"]["S"]
        assert any(fnmatchcase(partition, wanted) for wanted in leading(found, f"dynamodb:{kind}Item")), partition
    [update] = [one["Update"] for one in transacted if "Update" in one]
    [allowed] = [one for one in found if one["Action"] == "dynamodb:UpdateItem"]
    assert {*update["ExpressionAttributeNames"].values(), "pk", "sk"} == set(
        allowed["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    )


def leading(found: list[dict[str, Any]], action: str) -> set[str]:
    return {
        key
        for one in found
        if one["Action"] == action
        for condition in one["Condition"].values()
        for key in condition["dynamodb:LeadingKeys"]
    }


# Restoring


def restored(prefix: str) -> list[Call]:
    """The calls of a dry run, and of a run that writes."""
    made: set[str] = set()

    def table(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["TableName"] not in made:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeTable")
        return {"Table": {"TableStatus": "ACTIVE", "RestoreSummary": {"RestoreDateTime": AT}}}

    def making(asked: dict[str, Any]) -> dict[str, Any]:
        made.add(asked["TargetTableName"])
        return {}

    span = {"EarliestRestorableDateTime": AT - timedelta(days=1), "LatestRestorableDateTime": AT + timedelta(days=1)}
    dynamo = Noted(
        describe_table=table,
        restore_table_to_point_in_time=making,
        describe_continuous_backups=lambda _: {
            "ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": span}
        },
        describe_time_to_live=lambda asked: {
            "TimeToLiveDescription": {} if asked["TableName"] in made else {"AttributeName": "expires"}
        },
    )
    for write in (False, True):
        restore(dynamo, restorings("turnout", prefix, AT), Console(file=StringIO()), write=write)
    return dynamo.calls


def named(template: Template, prefix: str) -> set[tuple[str, str]]:
    """Pairs of an action of the role and a table of the stage `turnout` or of the prefix that it is good for."""
    tables = restorings("turnout", prefix, AT)
    known = {f"{one.source.rpartition('-')[2].title()}Table": one.source for one in tables}
    every, found = [*known.values(), *(one.name for one in tables)], set()
    for action, target in granted_to(template, "RestoreRole") - FINDING:
        pattern = target.rpartition("/")[2].replace("${TablePrefix}", "turnout")
        names = [known[target]] if target in known else [name for name in every if fnmatchcase(name, pattern)]
        found |= {(action.removeprefix("dynamodb:"), name) for name in names}
    return found


def test_restoring_is_allowed_what_it_does_and_nothing_else(template: Template) -> None:
    wanted = set()
    for operation, asked in restored("turnout-b"):
        wanted |= {(operation, str(value)) for name, value in asked.items() if name.endswith("TableName")}
    wanted |= {(action, one.name) for action in FILLING for one in restorings("turnout", "turnout-b", AT)}

    assert named(template, "turnout-b") == wanted


def test_restoring_neither_reads_nor_writes_the_tables_of_the_stage_nor_those_of_others(template: Template) -> None:
    stage = {(action, name) for action, name in named(template, "turnout-b") if not name.startswith("turnout-b-")}
    assert {action for action, _ in stage} == {
        "DescribeContinuousBackups",
        "DescribeTimeToLive",
        "RestoreTableToPointInTime",
    }
    assert named(template, "elsewhere") == stage


@pytest.mark.parametrize("role", ["RedriveRole", "RestoreRole"])
def test_no_right_is_about_everything(template: Template, role: str) -> None:
    for one in of(template, role):
        assert "*" not in str(one["Action"])
        assert one["Resource"] != "*"


def of(template: Template, role: str) -> list[dict[str, Any]]:
    return [dict(one) for one in statements(template["Resources"][role]["Properties"])]
