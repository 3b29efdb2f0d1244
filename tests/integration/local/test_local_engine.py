"""The local engine: only on loopback, its data kept over clean stops, a loss never silent, and mail handed on whole."""

import base64
import copy
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.notifications.delivery_report import INTENT_TAG, Feedback, tag_of
from chalicelib.domain.notifications.email_preferences import Suppression
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.mail import ses_reports
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReport
from devtools.local import provision
from devtools.local.engine import engine
from devtools.local.errors import LocalError
from devtools.local.functions.event_sources import QueueSource
from devtools.local.processes import LOOPBACK, alive, free_port, is_taken, wait_until
from devtools.local.template import Template

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("local-engine")]


def tables(endpoint_url: str) -> set[str]:
    names: list[str] = provision.client("dynamodb", endpoint_url).list_tables()["TableNames"]
    return set(names)


def listening(pid: int) -> set[str]:
    """Local addresses that the process listens on, as the kernel knows them."""
    own = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
    found = set()
    for name in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in own and (name.startswith("udp") or fields[3] == "0A"):
                found.add(fields[1])
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads what /proc knows about sockets")
def test_it_listens_on_one_port_of_loopback_and_on_nothing_else(tmp_path: Path) -> None:
    port = free_port()
    started = engine.start(None, port, log=tmp_path / "engine.log")
    try:
        provision.provision(started.endpoint_url)
        assert listening(started.pid) == {f"0100007F:{port:04X}"}
    finally:
        assert started.stop()
    assert not is_taken(port)


def test_data_survives_a_clean_stop_and_a_kill_is_reported_once(tmp_path: Path) -> None:
    first = engine.start(tmp_path)
    provision.provision(first.endpoint_url, table_prefix="kept")
    assert first.stop()

    second = engine.start(tmp_path)
    kept = tables(second.endpoint_url)
    provision.provision(second.endpoint_url, table_prefix="lost")
    os.kill(second.pid, signal.SIGKILL)
    assert not second.stop()

    third = engine.start(tmp_path)
    assert tables(third.endpoint_url) == kept
    assert third.stop()
    fourth = engine.start(tmp_path)
    assert fourth.stop()

    assert (first.lost, second.lost, third.lost, fourth.lost) == (False, False, True, False)
    assert "kept-events" in kept


STARTER = """
import signal, sys
from pathlib import Path
from devtools.local.engine import engine
from devtools.local import provision
started = engine.start(Path(sys.argv[1]))
provision.provision(started.endpoint_url)
print(started.pid, flush=True)
signal.pause()
"""


def test_it_saves_and_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        starter.kill()

    assert wait_until(lambda: not alive(pid), 120)
    again = engine.start(tmp_path)
    assert not again.lost
    assert "turnout-events" in tables(again.endpoint_url)
    again.stop()


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server((LOOPBACK, 0)) as somebody_elses:
        port = somebody_elses.getsockname()[1]

        with pytest.raises(LocalError, match=f"Port {port}, meant for the local engine, is taken"):
            engine.start(None, port)


def test_everything_of_the_template_is_made_and_making_it_again_changes_nothing(endpoint_url: str) -> None:
    before = provision.provision(endpoint_url)

    assert provision.provision(endpoint_url) == before
    dynamodb, sqs = provision.client("dynamodb", endpoint_url), provision.client("sqs", endpoint_url)
    events = dynamodb.describe_table(TableName="turnout-events")["Table"]
    assert [one["IndexName"] for one in events["GlobalSecondaryIndexes"]] == ["by_organizer"]
    ttl = dynamodb.describe_time_to_live(TableName="turnout-due")["TimeToLiveDescription"]
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires", "ENABLED")
    mail = sqs.get_queue_attributes(QueueUrl=before["MAIL_QUEUE_URL"], AttributeNames=["All"])["Attributes"]
    redrive = json.loads(mail["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith(":turnout-mail-dead")
    assert (int(redrive["maxReceiveCount"]), mail["VisibilityTimeout"]) == (5, "180")


def test_a_table_made_by_another_definition_is_named(endpoint_url: str) -> None:
    document: dict[str, Any] = {
        "Resources": {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "changed",
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                },
            }
        }
    }
    provision.provision(endpoint_url, definition=Template(document, {}))
    other = copy.deepcopy(document)
    properties = other["Resources"]["Table"]["Properties"]
    properties["AttributeDefinitions"] = [{"AttributeName": "id", "AttributeType": "S"}]
    properties["KeySchema"] = [{"AttributeName": "id", "KeyType": "HASH"}]

    with pytest.raises(LocalError, match="table changed was made by another definition: delete it with `make reset`"):
        provision.provision(endpoint_url, definition=Template(other, {}))


RAW = (
    b"From: Turnout <no-reply@turnout.example>\r\nTo: ada@example.org\r\nSubject: =?utf-8?q?H=C3=A4llo?=\r\n"
    b"List-Unsubscribe: <https://example.org/u>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
    b"--b\r\nContent-Type: text/calendar\r\nContent-Disposition: attachment; filename=a.ics\r\n\r\nBEGIN\r\n--b--\r\n"
)


def test_an_accepted_mail_is_handed_on_byte_by_byte_before_the_sender_is_told(endpoint_url: str, spool: Path) -> None:
    ses = provision.client("sesv2", endpoint_url)

    sent = ses.send_email(
        FromEmailAddress="Turnout <no-reply@turnout.example>",
        Destination={"ToAddresses": ["ada@example.org"], "BccAddresses": ["bob@example.org"]},
        Content={"Raw": {"Data": RAW}},
    )

    (path,) = spool.glob("*.json")
    letter = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    assert base64.b64decode(letter["raw"]) == RAW
    assert (letter["id"], letter["to"]) == (sent["MessageId"], ["ada@example.org", "bob@example.org"])


def test_a_refused_mail_reaches_nobody(endpoint_url: str, spool: Path) -> None:
    ses = provision.client("sesv2", endpoint_url)

    with pytest.raises(ClientError, match="not verified"):
        ses.send_email(
            FromEmailAddress="eve@elsewhere.example",
            Destination={"ToAddresses": ["ada@example.org"]},
            Content={"Raw": {"Data": RAW}},
        )

    assert list(spool.glob("*.json")) == []


def test_what_a_handler_reports_as_failed_stays_in_the_queue(endpoint_url: str) -> None:
    sqs = provision.client("sqs", endpoint_url)
    url = sqs.create_queue(QueueName="runner")["QueueUrl"]
    for body in ("good", "bad", "good"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    seen: list[str] = []
    receipts: list[str] = []

    def handle(event: dict[str, object], _: object) -> dict[str, object]:
        records = event["Records"]
        assert isinstance(records, list)
        seen.extend(one["body"] for one in records)
        bad = [one for one in records if one["body"] == "bad"]
        receipts.extend(one["receiptHandle"] for one in bad)
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in bad]}

    source = QueueSource("runner", "runner", 10, handle)

    while len(seen) < 3:
        source.poll(sqs, url, "arn")
    [receipt] = receipts
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
    source.poll(sqs, url, "arn")

    assert sorted(seen) == ["bad", "bad", "good", "good"]


def test_what_becomes_of_a_mail_is_reported_as_ses_reports_it(endpoint_url: str) -> None:
    ses, sqs = provision.client("sesv2", endpoint_url), provision.client("sqs", endpoint_url)
    url = sqs.get_queue_url(QueueName="turnout-feedback")["QueueUrl"]
    key = OutboxKey("2026-06-01T09#3", "2026-06-01T09:02:00.000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV")

    def reported(address: str) -> DeliveryReport:
        ses.send_email(
            FromEmailAddress="no-reply@turnout.example",
            Destination={"ToAddresses": [address]},
            Content={"Raw": {"Data": RAW}},
            ConfigurationSetName="turnout",
            EmailTags=[{"Name": INTENT_TAG, "Value": tag_of(key)}],
        )
        [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        report = ses_reports.parse(message["Body"])
        assert report is not None
        assert report.intent == key
        return report

    assert reported("ada@example.org").feedback is Feedback.DELIVERED
    bounced = reported("bounce+7@simulator.amazonses.com")
    assert (bounced.feedback, bounced.suppression) == (Feedback.BOUNCED, Suppression.BOUNCE)
    assert bounced.addresses == ("bounce+7@simulator.amazonses.com",)
    assert reported("complaint@simulator.amazonses.com").suppression is Suppression.COMPLAINT
    answering = reported("ooto@simulator.amazonses.com")
    assert (answering.feedback, answering.suppression) == (Feedback.DELAYED, None)
