"""Mailed links: a bearer credential for one enrollment, signed, with nothing stored and no time inside."""

import base64
from datetime import datetime, timedelta

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.services.shared.ports import Macs

PREFIX = "g_"
PURPOSE = "link"
GRACE = timedelta(days=30)  # after the end of the event as it is when the link is used


class Links:
    """`base` is where links lead: an address in front of `/g/`, without a slash at its end."""

    def __init__(self, macs: Macs, base: str) -> None:
        self._macs = macs
        self._base = base

    def token(self, key: EnrollmentKey) -> str:
        """The credential for this enrollment, URL-safe; the same again while the signing key is the same."""
        return PREFIX + self._macs.sign(PURPOSE, base64.urlsafe_b64decode(key.id))

    def read(self, token: str) -> EnrollmentKey | None:
        """Whose token it is, or None for everything that `token` did not make."""
        signed = self._macs.open(PURPOSE, token.removeprefix(PREFIX)) if is_link(token) else None
        return EnrollmentKey.parse(base64.urlsafe_b64encode(signed).decode()) if signed is not None else None

    def url(self, key: EnrollmentKey, party_size: int = 1) -> str:
        """Where the mail leads. A party that has no seat yet brings its size along: nothing is stored of it."""
        size = f"?party_size={party_size}" if party_size > 1 else ""
        return f"{self._base}/g/{self.token(key)}{size}"

    @staticmethod
    def is_good(event: Event, now: datetime) -> bool:
        """Whether links of this event are still taken: a moved event moves the end of its links."""
        return now < event.facts.ends_at + GRACE


def is_link(token: str) -> bool:
    """Whether a bearer token is meant as a link's; it may be forged."""
    return token.startswith(PREFIX)
