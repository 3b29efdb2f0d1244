"""People and attendee records to items and back."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.accounts.account import Account
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts, Person, findable_words, full_name, legible
from chalicelib.domain.shared.times import stamp, unstamp
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Raw
from chalicelib.store.dynamo.tables import AccountItem, AttendeeItem, KeptItem
from chalicelib.store.dynamo.text import at_millis, compact, epoch, millis
from chalicelib.store.items.accounts import to_account

GONE_KEPT = timedelta(days=1)
_CARD = (("f", "first_name"), ("l", "last_name"), ("e", "email"), ("p", "phone"))


def guest_item(person: Person, now: datetime) -> AttendeeItem:
    pk, sk = keys.attendee(person.id)
    return AttendeeItem(
        pk,
        sk,
        email=person.email,
        locale=person.locale,
        version=1,
        created_at=stamp(now),
        updated_at=stamp(now),
    )


def attendee_item(attendee: Attendee) -> AttendeeItem:
    """A kept record; of a user's own only what the account does not have."""
    pk, sk = keys.attendee(attendee.id)
    facts = attendee.facts
    is_kept = attendee.kept_by is not None
    return AttendeeItem(
        pk,
        sk,
        first_name=facts.first_name if is_kept else None,
        last_name=facts.last_name if is_kept else None,
        email=facts.email if is_kept else None,
        phone=facts.phone,
        date_of_birth=facts.date_of_birth.isoformat() if facts.date_of_birth else None,
        kept_by=attendee.kept_by,
        version=attendee.version,
        created_at=stamp(attendee.created_at),
        updated_at=stamp(attendee.updated_at),
    )


def gone_item(attendee: Attendee, now: datetime) -> AttendeeItem:
    """What a deleted record leaves for a day: nothing of the person, and no room for a write that arrives late."""
    pk, sk = keys.attendee(attendee.id)
    return AttendeeItem(
        pk,
        sk,
        version=attendee.version + 1,
        created_at=stamp(now),
        updated_at=stamp(now),
        expires=epoch(now + GONE_KEPT),
    )


def kept_item(attendee: Attendee) -> KeptItem:
    assert attendee.kept_by is not None
    pk, sk = keys.kept(attendee.kept_by, attendee.id)
    facts = attendee.facts
    card: dict[str, Any] = {short: getattr(facts, name) for short, name in _CARD}
    card |= {
        "b": facts.date_of_birth.isoformat() if facts.date_of_birth else None,
        "c": millis(attendee.created_at),
        "m": millis(attendee.updated_at),
    }
    shown = compact({name: value for name, value in card.items() if value})
    return KeptItem(pk, sk, card=shown, words=spaced(findable_words(attendee.name)), version=attendee.version)


def spaced(parts: tuple[str, ...]) -> str:
    """Each word after a space, so that finding ` ad` finds what begins with it."""
    return "".join(f" {part}" for part in parts)


def from_kept(raw: Raw) -> Attendee:
    small: dict[str, Any] = json.loads(raw["card"]["S"])
    named = {name: legible(small[short]) for short, name in _CARD if short in small}
    return Attendee(
        id=raw["sk"]["S"],
        facts=AttendeeFacts(**{"first_name": "", **named}, date_of_birth=_date(small.get("b"))),
        kept_by=raw["pk"]["S"].split("#", 1)[1],
        version=int(raw["version"]["N"]),
        created_at=at_millis(small["c"]),
        updated_at=at_millis(small["m"]),
    )


def to_attendee(item: AttendeeItem) -> Attendee | None:
    """None for one that was deleted."""
    if item.expires:
        return None
    return Attendee(
        id=item.pk.split("#", 1)[1],
        facts=AttendeeFacts(
            first_name=legible(item.first_name or ""),
            last_name=legible(item.last_name or ""),
            email=item.email,
            phone=item.phone,
            date_of_birth=_date(item.date_of_birth),
        ),
        kept_by=item.kept_by,
        version=int(item.version),
        created_at=unstamp(item.created_at),
        updated_at=unstamp(item.updated_at),
    )


def own_attendee(account: Account, item: AttendeeItem | None) -> Attendee:
    """A user's own record: names and address of the account, the rest from the item, if there is one."""
    return Attendee(
        id=account.id,
        facts=AttendeeFacts(
            first_name=account.first_name,
            last_name=account.last_name,
            email=account.email,
            phone=item.phone if item else None,
            date_of_birth=_date(item.date_of_birth) if item else None,
        ),
        kept_by=None,
        version=int(item.version) if item else 0,
        created_at=account.created_at,
        updated_at=max(account.updated_at, unstamp(item.updated_at)) if item else account.updated_at,
    )


def person_from(account: Raw | None, record: Raw | None) -> Person | None:
    """A proven account is who a person is. An unproven one counts only where nothing else is known.

    Anybody may sign up with a guest's address, and must not rename the guest.
    """
    if account:
        who = to_account(AccountItem.from_raw_data(account))
        if who.email_verified or record is None:
            return Person(
                id=who.id,
                name=who.display_name,
                email=who.email,
                locale=who.locale,
                has_account=who.email_verified,
                has_own_name=who.email_verified and bool(who.display_name),
            )
    return _recorded(AttendeeItem.from_raw_data(record)) if record else None


def _recorded(item: AttendeeItem) -> Person | None:
    if item.expires:
        return None  # deleted
    own_name = item.own_name or full_name(item.first_name or "", item.last_name or "")
    return Person(
        id=item.pk.split("#", 1)[1],
        name=own_name or item.name or "",
        has_own_name=bool(own_name),
        email=item.email,
        locale=item.locale,
        kept_by=item.kept_by,
        recorded_at=unstamp(item.updated_at) if item.kept_by else None,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
