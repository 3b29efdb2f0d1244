"""SES notices: what the event destination of the configuration set publishes, inside or without SNS's envelope."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.notifications.delivery_report import INTENT_TAG, Feedback, key_of
from chalicelib.domain.notifications.email_preferences import Suppression
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReport
from chalicelib.services.shared.outcomes import PoisonError

_ADDRESS = re.compile(r"\S*@\S*")
# What SES publishes, as plain text, when a destination is set up.
_GREETING = "Successfully validated SNS topic"


def parse(body: str) -> DeliveryReport | None:
    """The report of one message; None for what asks for nothing. Raises `PoisonError` for what is no notice at all."""
    text = _unwrapped(body)
    if text.startswith(_GREETING):
        return None
    notice = _object(text, "a notice")
    kind = notice.get("eventType") or notice.get("notificationType")
    if not isinstance(kind, str):
        raise PoisonError("a notice without a type")
    read = _READERS.get(kind)
    if read is None:
        return None
    try:
        return read(notice)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        missing = f" {error}" if isinstance(error, KeyError) else ""  # other texts may hold what people wrote
        raise PoisonError(f"a {kind} notice without its facts: {type(error).__name__}{missing}") from error


def _unwrapped(body: str) -> str:
    """What was published: inside SNS's envelope, or as it is where raw delivery is on."""
    outer = _object(body, "an envelope") if body.lstrip()[:1] == "{" else None
    if outer is None:
        return body
    if outer.get("Type") != "Notification":
        return body
    message = outer.get("Message")
    if not isinstance(message, str):
        raise PoisonError("an envelope without a message")
    return message


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PoisonError(f"not {what}: no JSON") from error
    if not isinstance(found, dict):
        raise PoisonError(f"not {what}: no object")
    return found


def _bounce(notice: Mapping[str, Any]) -> DeliveryReport:
    """Only permanent ones end an address; others come from full mailboxes and answering machines as well."""
    bounce = notice["bounce"]
    permanent = bounce["bounceType"] == "Permanent"
    recipients = bounce.get("bouncedRecipients") or [{}]
    diagnosis = _ADDRESS.sub("(address)", str(recipients[0].get("diagnosticCode") or ""))  # none is ever stored
    detail = " ".join(f"{bounce['bounceType']}/{bounce.get('bounceSubType') or '-'} {diagnosis}".split())
    return DeliveryReport(
        feedback=Feedback.BOUNCED if permanent else Feedback.DELAYED,
        at=_time(bounce["timestamp"]),
        addresses=_addresses(notice, recipients),
        intent=_intent(notice),
        suppression=Suppression.BOUNCE if permanent else None,
        detail=detail,
    )


def _complaint(notice: Mapping[str, Any]) -> DeliveryReport | None:
    complaint = notice["complaint"]
    kind = str(complaint.get("complaintFeedbackType") or "")
    if kind == "not-spam":
        return None  # somebody took it out of the spam folder
    return DeliveryReport(
        feedback=Feedback.COMPLAINED,
        at=_time(complaint["timestamp"]),
        addresses=_addresses(notice, complaint.get("complainedRecipients") or []),
        intent=_intent(notice),
        suppression=Suppression.COMPLAINT,
        detail=kind,
    )


def _delivery(notice: Mapping[str, Any]) -> DeliveryReport:
    return DeliveryReport(
        feedback=Feedback.DELIVERED, at=_time(notice["delivery"]["timestamp"]), intent=_intent(notice)
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any]], DeliveryReport | None]] = {
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Delivery": _delivery,
}


def _addresses(notice: Mapping[str, Any], recipients: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """To whom we wrote. A bounce may name another address, to which theirs was forwarded: that one is nothing to us."""
    destination = notice["mail"]["destination"]
    if len(destination) == 1:
        return (str(destination[0]),)
    return tuple(str(recipient["emailAddress"]) for recipient in recipients)


def _intent(notice: Mapping[str, Any]) -> OutboxKey | None:
    values = (notice["mail"].get("tags") or {}).get(INTENT_TAG) or []
    return key_of(str(values[0])) if values else None


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return to_milliseconds(at)
