"""Ports to what calendars read, and to the private addresses under which they read it."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.services.notifications.invitations import Invitation, Shown


class Calendars(Protocol):
    """iCalendar texts (RFC 5545). The same facts give the same text, so that it can be compared by a digest."""

    def invitation(self, invitation: Invitation) -> str:
        """An iTIP message (RFC 5546) that puts an event into its reader's calendar, changes it, or takes it out."""

    def listing(self, shown: Sequence[Shown], name: str | None = None) -> str:
        """Published events; with a name it is a calendar to subscribe to."""


class Feeds(Protocol):
    """How often somebody has renewed the address of their calendar."""

    def version(self, user_id: str) -> int | None:
        """Consistently, so that an old address ends at once; None: there is no such account."""

    def renew(self, user_id: str) -> int:
        """The next version. Lost answers may skip one, which means nothing."""
