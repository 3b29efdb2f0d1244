"""Notices of SES as they lie in the queue: in SNS's envelope, with the fields that AWS documents."""

import json
from typing import Any

from chalicelib.domain.notifications.delivery_report import INTENT_TAG, tag_of
from chalicelib.domain.outbox.entry import OutboxKey

KEY = OutboxKey("2026-06-01T09#3", "2026-06-01T09:02:00.000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV")
AT = "2026-06-01T09:05:00.000Z"


def wrapped(message: Any) -> str:
    """The envelope that SNS puts around what was published."""
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:turnout-mail-reports",
            "Subject": "Amazon SES Email Event Notification",
            "Message": text,
            "Timestamp": "2026-06-01T09:05:01.000Z",
            "SignatureVersion": "1",
            "Signature": "x",
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem",
            "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/",
        }
    )


def _mail(address: str, key: OutboxKey | None, tags: Any) -> dict[str, Any]:
    named = {INTENT_TAG: [tag_of(key)]} if key else {}
    return {
        "timestamp": "2026-06-01T09:04:59.000Z",
        "source": "no-reply@turnout.example",
        "sourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/turnout.example",
        "messageId": "010001-0",
        "destination": [address],
        "headersTruncated": False,
        "tags": {"ses:configuration-set": ["turnout"], **named} if tags is ... else tags,
    }


def bounce(
    address: str,
    key: OutboxKey | None = KEY,
    *,
    kind: str = "Permanent",
    subtype: str = "General",
    at: str | None = AT,
    diagnosis: str = "smtp; 550 user unknown",
    bounced: str = "",
    tags: Any = ...,
) -> str:
    recipient = {"emailAddress": bounced or address, "action": "failed", "status": "5.1.1", "diagnosticCode": diagnosis}
    facts = {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [recipient],
        "timestamp": at,
        "feedbackId": "010001-1",
        "reportingMTA": "dsn; mta.example.org",
    }
    return wrapped({"eventType": "Bounce", "bounce": facts, "mail": _mail(address, key, tags)})


def complaint(address: str, key: OutboxKey | None = KEY, *, kind: str = "abuse", at: str = AT) -> str:
    facts = {
        "complainedRecipients": [{"emailAddress": address}],
        "complaintFeedbackType": kind,
        "timestamp": at,
        "feedbackId": "010001-2",
    }
    return wrapped({"eventType": "Complaint", "complaint": facts, "mail": _mail(address, key, ...)})


def delivery(address: str, key: OutboxKey | None = KEY, *, at: str = AT) -> str:
    facts = {"timestamp": at, "processingTimeMillis": 546, "recipients": [address], "smtpResponse": "250 ok"}
    return wrapped({"eventType": "Delivery", "delivery": facts, "mail": _mail(address, key, ...)})
