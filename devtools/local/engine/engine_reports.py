"""What SES would report about a mail, put into the queue where its notices arrive: runs beside ministack, without ours.

Addresses of Amazon's mailbox simulator bounce and complain as they do on AWS (also with a label, `bounce+1@...`);
everything else is delivered.
"""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

SIMULATOR = "simulator.amazonses.com"
AFTER_SECONDS = 0.5  # SES reports when the sender has its answer


def _time() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def _bounce(kind: str, subtype: str, address: str, diagnosis: str) -> dict[str, Any]:
    recipient = {"emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": diagnosis}
    bounce = {"bounceType": kind, "bounceSubType": subtype, "bouncedRecipients": [recipient]}
    return {"eventType": "Bounce", "bounce": {**bounce, "timestamp": _time(), "feedbackId": uuid.uuid4().hex}}


def fate(address: str) -> dict[str, Any]:
    """What happens to a mail to this address, as the part of the notice that tells it."""
    user, _, domain = address.lower().rpartition("@")
    name = user.partition("+")[0] if domain == SIMULATOR else ""
    if name in {"bounce", "suppressionlist"}:
        subtype = "General" if name == "bounce" else "Suppressed"
        return _bounce("Permanent", subtype, address, f"smtp; 550 5.1.1 <{address}>: user unknown")
    if name == "ooto":
        return _bounce("Transient", "General", address, "")
    if name == "complaint":
        complained = {"complainedRecipients": [{"emailAddress": address}], "complaintFeedbackType": "abuse"}
        return {"eventType": "Complaint", "complaint": {**complained, "timestamp": _time()}}
    delivery = {"timestamp": _time(), "recipients": [address], "smtpResponse": "250 ok", "processingTimeMillis": 500}
    return {"eventType": "Delivery", "delivery": delivery}


def notices(request: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    """The messages of the queue for one accepted mail: SES's notice in the envelope of SNS."""
    destination = request.get("Destination", {}).get("ToAddresses", [])
    configuration_set = request["ConfigurationSetName"]
    tags = {one["Name"]: [one["Value"]] for one in request.get("EmailTags") or []}
    mail = {
        "timestamp": _time(),
        "source": request.get("FromEmailAddress", ""),
        "messageId": answer["MessageId"],
        "destination": destination,
        "tags": {"ses:configuration-set": [configuration_set], **tags},
    }
    for address in destination:
        yield json.dumps(
            {
                "Type": "Notification",
                "MessageId": str(uuid.uuid4()),
                "TopicArn": f"arn:aws:sns:us-east-1:000000000000:{configuration_set}-mail-reports",
                "Subject": "Amazon SES Email Event Notification",
                "Message": json.dumps({**fate(address), "mail": mail}),
                "Timestamp": _time(),
            }
        )


def publish(endpoint_url: str, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """Put them into the queue that belongs to the configuration set, if there is one; nobody waits for it."""
    time.sleep(AFTER_SECONDS)
    try:
        found = _sqs(endpoint_url, "GetQueueUrl", {"QueueName": f"{request['ConfigurationSetName']}-feedback"})
        for body in notices(request, answer):
            _sqs(endpoint_url, "SendMessage", {"QueueUrl": found["QueueUrl"], "MessageBody": body})
    except (urllib.error.URLError, OSError):
        return  # no such queue, or the engine stops


def _sqs(endpoint_url: str, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"AmazonSQS.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/sqs/aws4_request, "
        "SignedHeaders=host, Signature=local",
    }
    request = urllib.request.Request(endpoint_url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found
