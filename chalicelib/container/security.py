"""What is signed, and with which keys; imported part by part."""

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.container.made import Made
from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs

if TYPE_CHECKING:
    from chalicelib.security.tokens import RingTokens
    from chalicelib.services.accounts.ports import Passwords
    from chalicelib.services.checkin.ticket_code import Tickets
    from chalicelib.services.enrollments.link_token import Links
    from chalicelib.settings import Settings

KEYS_KEPT_SECONDS = 300


def _tokens(security: "Security") -> "RingTokens":
    from chalicelib.security.tokens import RingTokens

    return RingTokens(security.ring, timedelta(minutes=security.settings.access_token_minutes))


def _links(security: "Security") -> "Links":
    from chalicelib.services.enrollments.link_token import Links

    return Links(security.macs, security.settings.links_at)


def _tickets(security: "Security") -> "Tickets":
    from chalicelib.services.checkin.ticket_code import Tickets

    return Tickets(security.macs)


def _passwords(security: "Security") -> "Passwords":
    from chalicelib.security.passwords import Argon2Passwords

    return security.given_passwords or Argon2Passwords(security.settings.shortest_password)


class Security:
    tokens = Made(_tokens)
    links = Made(_links)
    tickets = Made(_tickets)
    passwords = Made(_passwords)

    def __init__(self, settings: "Settings", passwords: "Passwords | None") -> None:
        self.settings = settings
        self.given_passwords = passwords
        self.macs = RingMacs(self.ring)
        self._ring: tuple[float, KeyRing] | None = None

    def ring(self) -> KeyRing:
        """The key ring, read again every five minutes where it comes from SSM. Raises `KeyRingError` for a weak one."""
        if self._ring is None or (
            self.settings.key_ring_parameter and time.monotonic() - self._ring[0] > KEYS_KEPT_SECONDS
        ):
            self._ring = (time.monotonic(), KeyRing.parse(self._ring_text()))
        return self._ring[1]

    def _ring_text(self) -> str:
        if not self.settings.key_ring_parameter:
            if not self.settings.key_ring:
                raise KeyRingError("set KEY_RING or KEY_RING_PARAMETER: there is no default secret")
            return self.settings.key_ring
        import boto3  # only where the keys are in SSM

        client: Any = boto3.client("ssm")
        answer = client.get_parameter(Name=self.settings.key_ring_parameter, WithDecryption=True)
        return str(answer["Parameter"]["Value"])
