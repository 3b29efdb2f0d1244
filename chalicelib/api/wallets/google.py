"""Passes for Google Wallet: an address that carries the event and the ticket, signed."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.api.wallets.texts import local, said_of, where
from chalicelib.mail.languages import Language, language_of
from chalicelib.services.checkin.wallet_ticket import WalletTicket

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.security.wallet_keys import ServiceAccount

SAVE = "https://pay.google.com/gp/v/save/"
_LONGEST = 1800  # signs of a token: Google says that browsers may cut what is more
_TITLES = (200, 120, 90, 60, 40)  # bytes that a title may have, tried in this order; places have half of them
_MORE = "\N{HORIZONTAL ELLIPSIS}"


def save_link(
    ticket: WalletTicket, language: Language, product: str, issuer: str, account: "ServiceAccount", now: "datetime"
) -> str:
    """Whoever opens it is asked by Google whether to keep the ticket. Google hears of a ticket by this only."""
    event = f"{issuer}.{ticket.event.id}-{ticket.event.sequence}"
    claims = {"iss": account.email, "aud": "google", "typ": "savetowallet", "iat": int(now.timestamp())}
    tickets = [_ticket(event, ticket, language, issuer)]
    token = ""
    for room in _TITLES:
        payload = {"eventTicketClasses": [_event(event, ticket, product, room)], "eventTicketObjects": tickets}
        token = account.token({**claims, "payload": payload})
        if len(token) <= _LONGEST:
            break
    return SAVE + token


def _event(name: str, ticket: WalletTicket, product: str, room: int) -> Mapping[str, Any]:
    """The same for everybody who has a ticket. Google keeps the first that it is given under a name."""
    facts = ticket.event.facts
    language = language_of(facts.language or "")
    place = _cut(where(facts, language), room // 2)
    venue = {"venue": {"name": _in(language, place), "address": _in(language, place)}} if place else {}
    return {
        "id": name,
        "issuerName": _cut(product, room // 2),
        "reviewStatus": "UNDER_REVIEW",
        "eventName": _in(language, _cut(facts.title, room)),
        "dateTime": {"start": local(facts.starts_at, facts), "end": local(facts.ends_at, facts)},
        **venue,
    }


def _ticket(event: str, ticket: WalletTicket, language: Language, issuer: str) -> Mapping[str, Any]:
    """Another enrolment, or an event that was changed since, is another ticket to Google.

    Its name is a digest, as the id of the enrollment is too long to be said here.
    """
    named = f"{ticket.serial}.{ticket.generation}-{ticket.event.sequence}"
    party = [one.value for one in said_of(ticket, language) if one.key == "party"]
    under = {"alternateText": party[0]} if party else {}
    return {
        "id": f"{issuer}.{hashlib.sha256(named.encode()).hexdigest()[:32]}",
        "classId": event,
        "state": "ACTIVE",
        "barcode": {"type": "QR_CODE", "value": ticket.code, **under},
    }


def _in(language: Language, text: str) -> Mapping[str, Any]:
    return {"defaultValue": {"language": language.tag, "value": text}}


def _cut(text: str, longest: int) -> str:
    raw = text.encode()
    if len(raw) <= longest:
        return text
    return raw[: longest - len(_MORE.encode())].decode(errors="ignore").rstrip() + _MORE
