"""Who reads a mail about somebody's place, they themselves or who enrolled or keeps them, and in which language."""

from collections.abc import Mapping

from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import Person
from chalicelib.domain.events.event import Event
from chalicelib.services.accounts.ports import People
from chalicelib.services.shared.outcomes import OutdatedError


def reader_of(person: Person, maker_id: str | None, known: Mapping[str, Person], people: People) -> Person:
    """The person, or who enrolled or keeps them when they have no address of their own.

    Raises `OutdatedError`: who said no address at the door is kept by nobody, and the organizer has not asked for
    their mails.
    """
    if person.email:
        return person
    keeper_id = (maker_id or person.kept_by) if person.kept_by else None
    keeper = (known.get(keeper_id) or people.by_id(keeper_id)) if keeper_id else None
    if keeper is None or not keeper.email:
        raise OutdatedError("no address to write to")
    return keeper


def same_mailbox(person: Person, other: Person | None) -> bool:
    """Whether both are the same, or the other has an account with the very address at which the first is written to."""
    if other is None:
        return False
    if person.id == other.id:
        return True
    mine, theirs = person.email, other.email if other.has_account else None
    return bool(mine and theirs) and fold_email(str(mine)) == fold_email(str(theirs))


def locale_of(reader: Person, event: Event) -> str:
    """What the reader has said, else the language of the event: whoever enrols there is taken to read it."""
    return reader.locale or event.facts.language or "en"
