"""What somebody wants to be sent, on the wire."""

from typing import Literal

from pydantic import Field

from chalicelib.api.http.request.schemas import Body, Out
from chalicelib.domain.notifications.email_preferences import Category, Mailbox

READ_ONLY = frozenset({"suppressed"})


class PreferencesIn(Body):
    """Which mails somebody wants; everything else (codes, and what concerns one's own places) is always sent."""

    reminders: bool = True
    follow_ups: bool = True
    messages: bool = True
    by_others: bool = True


class PreferencesOut(Out):
    reminders: bool = Field(description="Before an event starts.")
    follow_ups: bool = Field(description="Some time after enrolling.")
    messages: bool = Field(description="What organizers write to those enrolled.")
    by_others: bool = Field(
        description="Whatever is about enrollments that somebody else made in one's name, and that one never agreed to."
    )
    suppressed: Literal["bounce", "complaint"] | None = Field(
        description="Nothing at all is sent to the address: a mail to it came back for good, or was reported as spam. "
        "The operator of the service can lift that."
    )


class UnsubscribedOut(Out):
    category: Category
    unsubscribed: bool = Field(
        description="Whether this address gets no such mails. Opening the link does not change it."
    )


def muted(body: PreferencesIn) -> frozenset[Category]:
    return frozenset(category for category in Category if not getattr(body, category.value))


def preferences_out(mailbox: Mailbox) -> PreferencesOut:
    wanted = {category.value: category not in mailbox.muted for category in Category}
    return PreferencesOut(**wanted, suppressed=mailbox.suppressed.value if mailbox.suppressed else None)
