"""What is signed, and with which keys; imported part by part."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.container.made import Made
from chalicelib.security.keyring import RingMacs, Stored, StoredRing
from chalicelib.security.purposes import KEYS_OF
from chalicelib.security.seals import RingSeals

if TYPE_CHECKING:
    from chalicelib.security.api_key_texts import ApiKeyTexts
    from chalicelib.security.signatures import RingSignatures
    from chalicelib.security.tokens import RingTokens
    from chalicelib.security.wallet_keys import PassCertificate, ServiceAccount
    from chalicelib.services.accounts.ports import Passwords
    from chalicelib.services.checkin.ticket_code import Tickets
    from chalicelib.services.enrollments.link_token import Links
    from chalicelib.services.shared.handles import Handles
    from chalicelib.services.teams.links import TeamLinks
    from chalicelib.settings import Settings


def _tokens(security: "Security") -> "RingTokens":
    from chalicelib.security.tokens import RingTokens

    return RingTokens(security.ring, timedelta(minutes=security.settings.access_token_minutes))


def _api_key_texts(_: "Security") -> "ApiKeyTexts":
    from chalicelib.security.api_key_texts import ApiKeyTexts

    return ApiKeyTexts()


def _links(security: "Security") -> "Links":
    from chalicelib.services.enrollments.link_token import Links

    return Links(security.macs, security.settings.links_at)


def _team_links(security: "Security") -> "TeamLinks":
    from chalicelib.services.teams.links import TeamLinks

    return TeamLinks(security.macs, security.settings.api_at)


def _signatures(security: "Security") -> "RingSignatures":
    from chalicelib.security.signatures import RingSignatures

    return RingSignatures(security.ring)


def _tickets(security: "Security") -> "Tickets":
    from chalicelib.services.checkin.ticket_code import Tickets

    return Tickets(security.signatures, security.macs, security.handles)


def _apple_wallet(security: "Security") -> "Stored[PassCertificate]":
    from chalicelib.security.wallet_keys import PassCertificate

    settings = security.settings
    missing = "set APPLE_WALLET or APPLE_WALLET_PARAMETER to make passes"
    return Stored(settings.apple_wallet, settings.apple_wallet_parameter, PassCertificate.parse, missing)


def _google_wallet(security: "Security") -> "Stored[ServiceAccount]":
    from chalicelib.security.wallet_keys import ServiceAccount

    settings = security.settings
    missing = "set GOOGLE_WALLET or GOOGLE_WALLET_PARAMETER to make passes"
    return Stored(settings.google_wallet, settings.google_wallet_parameter, ServiceAccount.parse, missing)


def _handles(security: "Security") -> "Handles":
    from chalicelib.services.shared.handles import Handles

    return Handles(security.seals)


def _passwords(security: "Security") -> "Passwords":
    from chalicelib.security.passwords import SERVICE, Argon2Passwords

    settings = security.settings
    return security.given_passwords or Argon2Passwords(settings.shortest_password, (SERVICE, settings.product_name))


class Security:
    tokens = Made(_tokens)
    api_key_texts = Made(_api_key_texts)
    links = Made(_links)
    team_links = Made(_team_links)
    signatures = Made(_signatures)
    tickets = Made(_tickets)
    apple_wallet = Made(_apple_wallet)
    google_wallet = Made(_google_wallet)
    handles = Made(_handles)
    passwords = Made(_passwords)

    def __init__(self, settings: "Settings", passwords: "Passwords | None") -> None:
        self.settings = settings
        self.given_passwords = passwords
        self.ring = StoredRing(settings.key_ring, settings.keys_at, KEYS_OF.get(settings.keys_for))
        self.macs = RingMacs(self.ring)
        self.seals = RingSeals(self.ring)
