"""What is signed, and with which keys."""

import time
from datetime import timedelta
from typing import Any

from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs
from chalicelib.security.passwords import Argon2Passwords
from chalicelib.security.tokens import RingTokens
from chalicelib.services.accounts.ports import Passwords
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.link_token import Links
from chalicelib.settings import Settings

KEYS_KEPT_SECONDS = 300


class Security:
    def __init__(self, settings: Settings, passwords: Passwords | None) -> None:
        self._settings = settings
        self._ring: tuple[float, KeyRing] | None = None
        self.macs = RingMacs(self.ring)
        self.tokens = RingTokens(self.ring, timedelta(minutes=settings.access_token_minutes))
        self.links = Links(self.macs, settings.links_at)
        self.tickets = Tickets(self.macs)
        self.passwords = passwords or Argon2Passwords(settings.shortest_password)

    def ring(self) -> KeyRing:
        """The key ring, read again every five minutes where it comes from SSM. Raises `KeyRingError` for a weak one."""
        if self._ring is None or (
            self._settings.key_ring_parameter and time.monotonic() - self._ring[0] > KEYS_KEPT_SECONDS
        ):
            self._ring = (time.monotonic(), KeyRing.parse(self._ring_text()))
        return self._ring[1]

    def _ring_text(self) -> str:
        if not self._settings.key_ring_parameter:
            if not self._settings.key_ring:
                raise KeyRingError("set KEY_RING or KEY_RING_PARAMETER: there is no default secret")
            return self._settings.key_ring
        import botocore.session  # local installations have no SSM

        client: Any = botocore.session.get_session().create_client("ssm")
        answer = client.get_parameter(Name=self._settings.key_ring_parameter, WithDecryption=True)
        return str(answer["Parameter"]["Value"])
