"""SES notices as AWS documents them, in SNS's envelope and without it; what is none is put aside with a reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.notifications.delivery_report import Feedback, key_of, tag_of
from chalicelib.domain.notifications.email_preferences import Suppression
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.mail.ses_reports import parse
from chalicelib.services.shared.outcomes import PoisonError
from tests.support.mails.notices import KEY, bounce, complaint, delivery, wrapped

AT = datetime(2026, 6, 1, 9, 5, tzinfo=UTC)


def test_a_permanent_bounce_ends_the_address() -> None:
    report = parse(bounce("ada@example.org"))

    assert report is not None
    assert (report.feedback, report.suppression) == (Feedback.BOUNCED, Suppression.BOUNCE)
    assert (report.addresses, report.intent, report.at) == (("ada@example.org",), KEY, AT)


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_any_other_bounce_is_only_noted(kind: str) -> None:
    report = parse(bounce("ada@example.org", kind=kind, subtype="MailboxFull"))

    assert report is not None
    assert (report.feedback, report.suppression) == (Feedback.DELAYED, None)
    assert report.detail.startswith(f"{kind}/MailboxFull")


def test_the_words_of_a_mail_server_are_kept_without_the_address() -> None:
    report = parse(bounce("ada@example.org", diagnosis="smtp; 550 5.1.1 <ada@example.org>: user unknown"))

    assert report is not None
    assert report.detail == "Permanent/General smtp; 550 5.1.1 (address) user unknown"


def test_it_is_our_recipient_that_counts_and_not_where_their_mail_was_forwarded_to() -> None:
    report = parse(bounce("ada@example.org", bounced="somebody@elsewhere.example"))

    assert report is not None
    assert report.addresses == ("ada@example.org",)


def test_a_complaint_ends_the_address_and_the_opposite_of_one_does_not() -> None:
    report = parse(complaint("ada@example.org"))

    assert report is not None
    assert (report.feedback, report.suppression) == (Feedback.COMPLAINED, Suppression.COMPLAINT)
    assert parse(complaint("ada@example.org", kind="not-spam")) is None


def test_a_delivery_is_noted() -> None:
    report = parse(delivery("ada@example.org"))

    assert report is not None
    assert (report.feedback, report.suppression, report.intent) == (Feedback.DELIVERED, None, KEY)


@pytest.mark.parametrize("make", [bounce, complaint, delivery])
def test_raw_delivery_and_the_older_notifications_are_read_alike(make: Any) -> None:
    wrapped_one = make("ada@example.org")
    inner = json.loads(wrapped_one)["Message"]
    older = json.loads(inner)
    older["notificationType"] = older.pop("eventType")

    assert parse(inner) == parse(wrapped_one) == parse(wrapped(older))


@pytest.mark.parametrize(
    "tags", [{}, {"intent": []}, {"intent": ["%%%"]}, {"intent": ["YWJj"]}, {"other": ["x"]}, None]
)
def test_a_mail_that_names_no_intent_of_ours_still_ends_its_address(tags: Any) -> None:
    report = parse(bounce("ada@example.org", tags=tags))

    assert report is not None
    assert (report.intent, report.addresses) == (None, ("ada@example.org",))


@pytest.mark.parametrize(
    "body",
    [
        wrapped("Successfully validated SNS topic for Amazon SES event publishing."),
        "Successfully validated SNS topic for Amazon SES event publishing.",
        wrapped({"eventType": "Send", "send": {}, "mail": {}}),
        wrapped({"eventType": "DeliveryDelay", "mail": {}}),
        wrapped({"eventType": "Something new"}),
    ],
)
def test_what_asks_for_nothing_is_nothing(body: str) -> None:
    assert parse(body) is None


def without(name: str) -> str:
    notice = json.loads(json.loads(bounce("ada@example.org"))["Message"])
    del notice[name]
    return wrapped(notice)


MALFORMED = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "a text": '"x"',
    "no type": "{}",
    "an envelope without a message": json.dumps({"Type": "Notification"}),
    "an envelope around nothing": json.dumps({"Type": "Notification", "Message": ""}),
    "an envelope around an object": json.dumps({"Type": "Notification", "Message": {"eventType": "Bounce"}}),
    "an envelope around a list": wrapped([]),
    "an envelope around junk": json.dumps({"Type": "Notification", "Message": "Hello"}),
    "a subscription": json.dumps({"Type": "SubscriptionConfirmation", "Token": "x", "SubscribeURL": "https://x"}),
    "a type that is none": wrapped({"eventType": 1}),
    "no facts": without("bounce"),
    "no mail": without("mail"),
    "facts of another form": wrapped({"eventType": "Bounce", "bounce": [], "mail": {}}),
    "no time": bounce("ada@example.org", at=None),
    "a time that is none": bounce("ada@example.org", at="yesterday"),
    "a time without a zone": bounce("ada@example.org", at="2026-06-01T09:00:00"),
    "deep nesting": "[" * 20_000,
    "a deep envelope": json.dumps({"Type": "Notification", "Message": "[" * 20_000}),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_notice_is_poison_with_a_reason(body: str) -> None:
    with pytest.raises(PoisonError, match=r"\w+"):
        parse(body)


def test_a_tag_comes_back_as_the_key_and_takes_only_what_ses_takes() -> None:
    for place in ("2026-06-01T09:02:00.000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV", "2026-06-01T09:02:00.000Z#" + "é~?/" * 25):
        key = OutboxKey("2026-06-01T09#3", place)
        tag = tag_of(key)

        assert key_of(tag) == key
        assert tag.replace("-", "").replace("_", "").isalnum()
        assert tag.isascii()
        assert len(tag) <= 256
