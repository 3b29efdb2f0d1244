"""Ports to what calendars read, and to the private addresses under which they read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One message about one event to one mailbox."""

    event: Event
    organizer: str  # the name; answers go to the sender of mails, never to the organizer's own address
    name: str  # the reader's; empty while nobody has proven it
    email: str
    method: str
    sequence: int
    at: datetime  # when what it says became true
    instead_of: tuple[str, str] | None = None  # id and name of who has the place, when it is not the reader


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One event of a published calendar, and of a private one what somebody has there."""

    event: Event
    organizer: str
    tentative: bool = False  # a place that may still come to nothing: a hold, an offer, the waitlist
    sequence: int | None = None  # None: that of the event
    at: datetime | None = None  # when what it says became true; None: when the event was last changed
    instead_of: tuple[str, str] | None = None  # id and name of who has the place, when it is not the owner


class Calendars(Protocol):
    """iCalendar texts (RFC 5545). The same facts give the same text, so that it can be compared by a digest."""

    def invitation(self, invitation: Invitation) -> str:
        """An iTIP message (RFC 5546) that puts an event into its reader's calendar, changes it, or takes it out."""

    def listing(self, shown: Sequence[CalendarEntry], name: str | None = None) -> str:
        """Published events; with a name it is a calendar to subscribe to."""


class Feeds(Protocol):
    """How often somebody has renewed the address of their calendar, or everything that needs no password was ended."""

    def version(self, user_id: str) -> int | None:
        """Consistently, so that an old address ends at once; None: there is no such account."""

    def renew(self, user_id: str) -> int | None:
        """A later version; None: there is no such account. Lost answers may skip one, which means nothing."""
