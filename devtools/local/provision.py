"""Makes in the local engine what `template-infra/resources.yaml` makes on AWS: tables, queues, the mail identity."""

import functools
import json
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from devtools.local.errors import LocalError
from devtools.local.template import REGION, Template

TABLE_PARTS = (
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)
QUEUE_PARTS = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "DelaySeconds",
    "MaximumMessageSize",
)
SENDER = "no-reply@turnout.example"


def client(service: str, endpoint_url: str) -> Any:
    """A client of the local engine with made-up credentials, whatever the environment holds."""
    return _session().create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint_url,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the engine accepts anything
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=70),
    )


@functools.cache
def _session() -> botocore.session.Session:
    """One for all clients: loading the descriptions of the services is most of what a client costs."""
    return botocore.session.Session()


def template(*, table_prefix: str = "turnout", mail_from: str = SENDER) -> Template:
    """The project's template with the parameters of a laptop."""
    address = parseaddr(mail_from)[1]
    return Template.read({"TablePrefix": table_prefix, "MailFrom": mail_from, "MailIdentity": address})


def provision(
    endpoint_url: str,
    *,
    table_prefix: str = "turnout",
    mail_from: str = SENDER,
    definition: Template | None = None,
) -> dict[str, str]:
    """Make what is missing and leave what is there; the environment variables of the functions.

    Raises `LocalError` when an existing table differs from its definition.
    """
    found = definition or template(table_prefix=table_prefix, mail_from=mail_from)
    _tables(found, client("dynamodb", endpoint_url))
    _queues(found, client("sqs", endpoint_url))
    _identities(found, client("sesv2", endpoint_url), parseaddr(mail_from)[1])
    _configuration_sets(found, client("sesv2", endpoint_url))
    return found.environment()


def _tables(found: Template, dynamodb: Any) -> None:
    for unresolved in found.of_type("AWS::DynamoDB::Table").values():
        properties = found.resolve(unresolved)
        wanted = {name: properties[name] for name in TABLE_PARTS if name in properties}
        try:
            dynamodb.create_table(**wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceInUseException":
                raise
            _require_same(wanted, dynamodb.describe_table(TableName=wanted["TableName"])["Table"])
        ttl = properties.get("TimeToLiveSpecification", {})
        if ttl.get("Enabled"):
            _enable_ttl(dynamodb, wanted["TableName"], ttl["AttributeName"])


def _require_same(wanted: Mapping[str, Any], existing: Mapping[str, Any]) -> None:
    def shape(table: Mapping[str, Any]) -> tuple[Any, ...]:
        indexes = table.get("GlobalSecondaryIndexes") or []
        keys = {
            one["IndexName"]: (one["KeySchema"], sorted(one["Projection"].get("NonKeyAttributes", [])))
            for one in indexes
        }
        return table["KeySchema"], keys

    if shape(wanted) != shape(existing):
        raise LocalError(
            f"The local table {wanted['TableName']} was made by another definition: delete it with `make reset`."
        )


def _enable_ttl(dynamodb: Any, table: str, attribute: str) -> None:
    status = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if status not in {"ENABLED", "ENABLING"}:
        specification = {"AttributeName": attribute, "Enabled": True}
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _queues(found: Template, sqs: Any) -> None:
    queues = found.of_type("AWS::SQS::Queue")
    # A queue can name its dead letters only once they exist.
    for name, unresolved in sorted(queues.items(), key=lambda one: "RedrivePolicy" in one[1]):
        properties = found.resolve(unresolved)
        attributes = {part: str(properties[part]) for part in QUEUE_PARTS if part in properties}
        if "RedrivePolicy" in properties:
            attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
        url = _queue_url(sqs, properties["QueueName"])
        if attributes:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        found.learn(name, url)
        found.learn(f"{name}.Arn", arn)
        found.learn(f"{name}.QueueName", properties["QueueName"])


def _queue_url(sqs: Any, name: str) -> str:
    try:
        url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if not error.response["Error"]["Code"].endswith(("NonExistentQueue", "QueueDoesNotExist")):
            raise
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url


def _configuration_sets(found: Template, ses: Any) -> None:
    for unresolved in found.of_type("AWS::SES::ConfigurationSet").values():
        try:
            ses.create_configuration_set(ConfigurationSetName=found.resolve(unresolved)["Name"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "AlreadyExistsException":
                raise


def _identities(found: Template, ses: Any, sender: str) -> None:
    declared = [found.resolve(one)["EmailIdentity"] for one in found.of_type("AWS::SES::EmailIdentity").values()]
    for identity in {sender, *declared}:
        try:
            ses.create_email_identity(EmailIdentity=identity)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AlreadyExistsException":
                raise
